"""Which column of a CSV says what.

Outlook writes its headers in the system's language, Google and Thunderbird in English; all of them
name the column after what is in it. So numbers and addresses are told by a part of the header that
means "telephone", "mobile" or "e-mail" in some language, unless another part says that it is the
kind of a number, a fax or somebody else's. Names of people are told by the whole header.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum


class Role(Enum):
    """What a column is good for."""

    FULL = "full"
    GIVEN = "given"
    MIDDLE = "middle"
    FAMILY = "family"
    CALLED = "called"
    """A nickname, or who people work for: better than no name."""
    PHONE = "phone"
    EMAIL = "email"


@dataclass
class Columns:
    """The numbers of the columns that matter, by role."""

    full: list[int] = field(default_factory=list)
    given: list[int] = field(default_factory=list)
    middle: list[int] = field(default_factory=list)
    family: list[int] = field(default_factory=list)
    called: list[int] = field(default_factory=list)
    phone: list[int] = field(default_factory=list)
    email: list[int] = field(default_factory=list)


def columns(header: list[str]) -> Columns:
    """What the cells below this header are."""
    found = Columns()
    for number, cell in enumerate(header):
        role = _role(_plain(cell[:200]))
        if role is not None:
            getattr(found, role.value).append(number)
    return found


def _plain(text: str) -> str:
    """Without case, accents and punctuation: `Téléphone (bureau)` is `telephone bureau`."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return _OTHER.sub(" ", "".join(c for c in letters if not unicodedata.combining(c))).strip()


_OTHER = re.compile(r"[\W_]+")


def _role(header: str) -> Role | None:
    if header in _NAMES:
        return _NAMES[header]
    if _EMAIL.search(header):
        return None if _ABOUT.search(header) else Role.EMAIL
    if _PHONE.search(header) and not _NO_KEY.search(header):
        return None if _ABOUT.search(header) else Role.PHONE
    return None


def _any(words: str, parts: str) -> re.Pattern[str]:
    """Finds one of the words, or one of the parts of words; `_` is a blank."""
    whole = "|".join(_plain(word.replace("_", " ")) for word in words.split())
    inner = "|".join(_plain(part.replace("_", " ")) for part in parts.split())
    return re.compile(rf"\b(?:{whole})\b|{inner}")


_EMAIL = _any(
    "mail adresse_de_messagerie courriel correo sahkoposti",
    "e_mail email e_post epost el_pasto електронн электронной_почт электронная_почта адрес_эл_почты"
    " poczty_elektronicznej poczta_elektroniczna correio_eletronico correio_electronico"
    " correo_electronico posta_elettronica elektronicke_posty メール 邮件 郵件 邮箱 電郵 信箱"
    " 이메일 전자_메일 전자메일 ηλεκτρονικ דואר_אלקטרוני بريد อีเมล thu_dien_tu",
)
_PHONE = _any(
    "phone tel cell mob gsm handy natel",
    "phone telefon telefoon telephone mobil movil celular cellulare telemovel komorkowy mobitel"
    " puhelin телефон мобильн мобільн сотовый 電話 电话 携帯 手机 手機 移动 行動 전화 휴대폰 핸드폰"
    " τηλεφων κινητο טלפון נייד هاتف جوال موبايل โทรศัพท dien_thoai di_dong",
)
_NO_KEY = _any(
    "isdn rnis rdsi tty tdd id horbehinderte",
    "fax faks факс telecopie pager beeper semafon cercapersone localizador buscapersonas"
    " radiomessagerie funkruf personsokare пейджер telex телекс ファックス ファクス ポケットベル"
    " 传真 傳真 寻呼 呼叫器 呼叫機 팩스 호출기 φαξ assist asist ассистент помощник секретар"
    " アシスタント 秘書 助理 비서 phonetic yomi",
)
# The kind of a number, or the name that is shown with an address.
_ABOUT = _any(
    "type types typ tip tipo tipi tyyppi label labels display name naam navn namn nom nome nombre"
    " nazwa nazev ime ad adı nev turu тип имя",
    "mailtyp posttyp tipus angezeigt anzeige weergave visningsnavn visningsnamn visualizzato"
    " nom_complet wyswietlan zobrazov görünen отображаем краткое 表示名 種類 类型 類型 显示 顯示"
    " 名称 名稱 유형 표시_이름",
)

_NAMES = {
    _plain(name): role
    for role, names in {
        Role.FULL: (
            "Name|Full Name|Display Name|FullName|Contact|Contact Name|Anzeigename|Angezeigter Name"
            "|Vollständiger Name|Nom complet|Nom affiché|Nombre completo|Nome completo"
            "|Nome visualizzato|Naam|Volledige naam|Weergavenaam|Imię i nazwisko|Nazwa wyświetlana"
            "|ФИО|Полное имя|Отображаемое имя|Имя и фамилия|Fullständigt namn|Namn|Visningsnamn"
            "|Navn|Fulde navn|Vist navn|Visningsnavn|Celé jméno|Jméno a příjmení|Zobrazované jméno"
            "|Tam Ad|Ad Soyad|Adı Soyadı|Görünen Ad|氏名|名前|表示名|フルネーム|姓名|全名|显示名称"
            "|顯示名稱|성명|Koko nimi|Név|Teljes név|Nume complet|Ονοματεπώνυμο|שם|الاسم"
        ),
        Role.GIVEN: (
            "First Name|FirstName|Given Name|Vorname|Prénom|Nombre|Nome|Nome próprio|Primeiro nome"
            "|Voornaam|Imię|Имя|Ім'я|Förnamn|Fornavn|Jméno|Křestní jméno|Ad|Adı|İlk Ad|Vardas"
            "|名|名字|이름|ชื่อ"
            "|Etunimi|Utónév|Keresztnév|Prenume|Meno|Όνομα|שם פרטי|الاسم الأول"
        ),
        Role.MIDDLE: (
            "Middle Name|Additional Name|MiddleName|Weitere Vornamen|Zweiter Vorname"
            "|Deuxième prénom|Segundo nombre|Secondo nome|Segundo nome|Nome do meio|Tweede naam"
            "|Middelste naam|Tussenvoegsel|Drugie imię|Отчество|По батькові|Mellannamn|Mellemnavn"
            "|Andet fornavn|Druhé jméno|Prostřední jméno|Orta Ad|İkinci Ad"
            "|ミドル ネーム|中间名|中間名"
        ),
        Role.FAMILY: (
            "Last Name|LastName|Family Name|Surname|Nachname|Familienname|Nom|Nom de famille"
            "|Apellido|Apellidos|Cognome|Apelido|Sobrenome|Último nome|Achternaam|Nazwisko|Фамилия"
            "|Прізвище|Efternamn|Efternavn|Etternavn|Příjmení|Soyadı|Soyad|姓|姓氏|성|Pavardė|นามสกุล|Sukunimi"
            "|Vezetéknév|Családnév|Nume|Priezvisko|Επώνυμο|שם משפחה|اسم العائلة"
        ),
        Role.PHONE: (
            "Number|Numéro|Nummer|Rufnummer|Número|Particular|Particular 2|Ufficio|Ufficio 2"
            "|Abitazione|Abitazione 2|Portable|Número de centralita de la organización"
        ),
        Role.CALLED: (
            "Nickname|Spitzname|Surnom|Company|Firma|Société|Empresa|Compañía|Organización|Società"
            "|Organization|Organization Name|Organization 1 - Name|Bedrijf|Организация|Företag"
            "|Společnost|Şirket|会社名|会社|公司|单位"
        ),
    }.items()
    for name in names.split("|")
}
