"""Files as people bring them: of programs, in languages and encodings, damaged or
not; each with what is in it.

Everything is made here, always the same. The headers are those that the programs write.
"""

from __future__ import annotations

import base64
import csv
import io
import quopri
import random
from typing import NamedTuple


class Person(NamedTuple):
    given: str
    family: str
    mobile: str
    home: str
    email: str

    @property
    def name(self) -> str:
        east = self.family[:1] >= "\u3040" and self.family[:1] <= "\ud7a3"
        return self.family + self.given if east else f"{self.given} {self.family}"


class File(NamedTuple):
    """`entries` are name, numbers and addresses of each intact entry in order, `broken` the refs of
    the others."""

    data: bytes
    name: str
    region: str
    entries: list[tuple[str, list[str], list[str]]]
    broken: list[int] = []


NAMES = {
    "de": ("Jürgen Müßig", "Käthe Groß", "Sören Öztürk", "Ann Doe"),
    "fr": ("Zoé Lefèvre", "François Noël", "Hélène Bücher", "Ann Doe"),
    "es": ("José Núñez", "María Ibáñez", "Begoña Íñiguez", "Ann Doe"),
    "it": ("Niccolò Città", "Mattìa Perù", "Noè Forlì", "Ann Doe"),
    "pt": ("João Conceição", "Inês Simões", "Conceição Brandão", "Ann Doe"),
    "nl": ("Zoë van 't Hof", "Daniël Coördes", "Renée Knaapen", "Ann Doe"),
    "pl": ("Łukasz Gżegżółka", "Żaneta Świątek", "Michał Dąbrowski", "Ann Doe"),
    "cs": ("Jiří Dvořák", "Šárka Růžičková", "Zdeněk Černý", "Ann Doe"),
    "hu": ("Ödön Szűcs", "Győző Fűrész", "Árpád Kőműves", "Ann Doe"),
    "ru": ("Анна Иванова", "Юрий Щукин", "Фёдор Достоевский", "Ann Doe"),
    "uk": ("Їжак Ґалаґан", "Олена Шевченко", "Євген Кравець", "Ann Doe"),
    "sv": ("Åsa Sjöström", "Örjan Ståhl", "Håkan Ängström", "Ann Doe"),
    "da": ("Søren Kjær", "Åse Bjørn", "Jørgen Næss", "Ann Doe"),
    "tr": ("Çağla Şahin", "Işıl Yıldız", "Gökçe Öğüt", "Ann Doe"),
    "el": ("Άννα Παπαδοπούλου", "Γιώργος Χριστοφής", "Μαρία Νικολάου", "Ann Doe"),
    "he": ("אנה כהן", "דוד לוי", "משה פרץ", "Ann Doe"),
    "ar": ("محمد الحسن", "فاطمة علي", "يوسف إبراهيم", "Ann Doe"),
    "lt": ("Žydrūnas Šarūnas", "Ąžuolas Kęstutis", "Jūratė Čepaitė", "Ann Doe"),
    "th": ("สมชาย ใจดี", "สมหญิง รักไทย", "ประยุทธ์ มานะ", "Ann Doe"),
    "ja": ("太郎 山田", "花子 佐藤", "ケンジ 田中", "Ann Doe"),
    "zh": ("小明 王", "丽华 张", "志强 李", "Ann Doe"),
    "tw": ("小明 王", "麗華 張", "志強 李", "Ann Doe"),
    "ko": ("민수 김", "영희 박", "철수 이", "Ann Doe"),
}


def people(language: str) -> list[Person]:
    found = []
    for number, name in enumerate(NAMES[language]):
        given, _, family = name.partition(" ")
        email = f"p{number}@example.com"
        person = Person(given, family, f"+49 151 2345678{number}", f"030 123456{number}", email)
        found.append(person)
    return found


# Outlook's headers: given name, family name, address, its type, shown name, home, mobile, fax,
# pager.
OUTLOOK = {
    "de": "Vorname|Nachname|E-Mail-Adresse|E-Mail-Typ|E-Mail: Angezeigter Name"
    "|Telefon (privat)|Mobiltelefon|Fax geschäftlich|Pager",
    "fr": "Prénom|Nom|Adresse de messagerie|Type de messagerie"
    "|Nom complet de l'adresse de messagerie|Téléphone (domicile)|Tél. mobile"
    "|Télécopie (bureau)|Récepteur de radiomessagerie",
    "es": "Nombre|Apellidos|Dirección de correo electrónico|Tipo de correo electrónico"
    "|Nombre de pantalla de correo electrónico|Particular|Móvil|Fax del trabajo|Localizador",
    "it": "Nome|Cognome|Indirizzo posta elettronica|Tipo posta elettronica"
    "|Nome visualizzato posta elettronica|Abitazione|Cellulare|Fax (uff.)|Cercapersone",
    "pt": "Nome|Sobrenome|Endereço de email|Tipo de email|Nome para exibição do email"
    "|Telefone residencial|Telefone celular|Fax comercial|Pager",
    "nl": "Voornaam|Achternaam|E-mailadres|E-mailtype|E-mail, weergegeven naam"
    "|Telefoon thuis|Mobiele telefoon|Fax op werk|Semafoon",
    "pl": "Imię|Nazwisko|Adres e-mail|Typ e-mail|Nazwa wyświetlana e-mail"
    "|Telefon domowy|Telefon komórkowy|Faks służbowy|Pager",
    "cs": "Jméno|Příjmení|E-mailová adresa|Typ e-mailu|E-mail - zobrazované jméno"
    "|Telefon domů|Mobilní telefon|Fax do zaměstnání|Operátor",
    "hu": "Utónév|Vezetéknév|E-mail cím|E-mail típusa|E-mail - megjelenítendő név"
    "|Otthoni telefon|Mobiltelefon|Hivatali fax|Személyhívó",
    "ru": "Имя|Фамилия|Адрес эл. почты|Тип эл. почты|Краткое имя эл. почты"
    "|Домашний телефон|Телефон переносной|Рабочий факс|Пейджер",
    "uk": "Ім'я|Прізвище|Адреса електронної пошти|Тип електронної пошти"
    "|Відображуване ім'я|Домашній телефон|Мобільний телефон|Робочий факс|Пейджер",
    "sv": "Förnamn|Efternamn|E-postadress|E-posttyp|E-post, visningsnamn"
    "|Telefon bostad|Mobiltelefon|Fax arbete|Personsökare",
    "da": "Fornavn|Efternavn|E-mail-adresse|E-mail-type|E-mail - vist navn"
    "|Telefon (privat)|Mobiltelefon|Fax (arbejde)|Personsøger",
    "tr": "Ad|Soyadı|E-posta Adresi|E-posta Türü|E-posta Görünen Adı"
    "|Ev Telefonu|Cep Telefonu|İş Faksı|Çağrı Cihazı",
    "el": "Όνομα|Επώνυμο|Διεύθυνση ηλεκτρονικού ταχυδρομείου|Τύπος|Εμφανιζόμενο"
    "|Τηλέφωνο οικίας|Κινητό τηλέφωνο|Φαξ εργασίας|Βομβητής",
    "he": "שם פרטי|שם משפחה|דואר אלקטרוני|סוג|הצג כ|טלפון בבית|טלפון נייד|פקס בעבודה|זימונית",
    "ar": "الاسم الأول|اسم العائلة|البريد الإلكتروني|النوع|العرض"
    "|هاتف المنزل|الهاتف المحمول|فاكس العمل|النداء",
    "lt": "Vardas|Pavardė|El. pašto adresas|Tipas|Rodomas vardas"
    "|Namų telefonas|Mobilusis telefonas|Darbo faksas|Pranešimų gaviklis",
    "th": "ชื่อ|นามสกุล|อีเมล|ชนิด|แสดง|โทรศัพท์บ้าน|โทรศัพท์มือถือ|โทรสาร|เพจเจอร์",
    "ja": "名|姓|電子メール アドレス|電子メールの種類|電子メール表示名|自宅電話|携帯電話"
    "|会社 FAX|ポケットベル",
    "zh": "名|姓|电子邮件地址|电子邮件类型|电子邮件显示名称|住宅电话|移动电话|商务传真|寻呼机",
    "tw": "名字|姓氏|電子郵件地址|電子郵件類型|電子郵件顯示名稱|住家電話|行動電話|商務傳真|呼叫器",
    "ko": "이름|성|전자 메일 주소|전자 메일 유형|전자 메일 표시 이름"
    "|집 전화|휴대폰|회사 팩스|호출기",
}
# Where Outlook of that language is at home, and what it writes there.
ANSI = {
    **{"de": ("DE", "cp1252"), "fr": ("FR", "cp1252"), "es": ("ES", "cp1252")},
    **{"it": ("IT", "cp1252"), "pt": ("BR", "cp1252"), "nl": ("NL", "cp1252")},
    **{"pl": ("PL", "cp1250"), "cs": ("CZ", "cp1250"), "hu": ("HU", "cp1250")},
    **{"ru": ("RU", "cp1251"), "uk": ("UA", "cp1251"), "sv": ("SE", "cp1252")},
    **{"da": ("DK", "cp1252"), "tr": ("TR", "cp1254"), "el": ("GR", "cp1253")},
    **{"he": ("IL", "cp1255"), "ar": ("EG", "cp1256"), "lt": ("LT", "cp1257")},
    **{"th": ("TH", "cp874"), "ja": ("JP", "cp932"), "zh": ("CN", "gb18030")},
    **{"tw": ("TW", "cp950"), "ko": ("KR", "cp949")},
}


def table(
    rows: list[list[str]], delimiter: str = ",", end: str = "\r\n", quote: bool = False
) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(
        file,
        delimiter=delimiter,
        lineterminator=end,
        quoting=csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL,
    )
    writer.writerows(rows)
    return file.getvalue()


def expected(language: str, *, home_first: bool = True) -> list[tuple[str, list[str], list[str]]]:
    return [
        (who.name, [who.home, who.mobile] if home_first else [who.mobile, who.home], [who.email])
        for who in people(language)
    ]


def outlook(language: str, delimiter: str, quote: bool) -> str:
    rows = [OUTLOOK[language].split("|")]
    for who in people(language):
        fax = "+49 30 99999999"
        rows.append(
            [who.given, who.family, who.email, "SMTP", who.name, who.home, who.mobile, fax, "12"]
        )
    return table(rows, delimiter, quote=quote)


def languages() -> dict[str, File]:
    files = {}
    for language, (region, encoding) in ANSI.items():
        entries = expected(language)
        text = outlook(language, ";", quote=False)
        files[f"outlook-{language}-{encoding}"] = File(
            text.encode(encoding), "contacts.csv", region, entries
        )
        text = outlook(language, ",", quote=True)
        files[f"outlook-{language}-utf8"] = File(text.encode(), "contacts.CSV", region, entries)
    for language, encoding in [
        ("ru", "koi8-r"),
        ("ru", "cp866"),
        ("pl", "iso8859-2"),
        ("ja", "euc-jp"),
    ]:
        text = outlook(language, "\t", quote=False)
        region = ANSI[language][0]
        name = f"outlook-{language}-{encoding}"
        files[name] = File(text.encode(encoding), "a.txt", region, expected(language))
    for language, region in [
        ("ru", "DE"),
        ("el", "DE"),
        ("pl", "GB"),
        ("ja", "US"),
        ("zh", "DE"),
        ("ko", "US"),
    ]:
        text = outlook(language, ";", quote=False)
        files[f"outlook-{language}-abroad"] = File(
            text.encode(ANSI[language][1]), "contacts.csv", region, expected(language)
        )
    return files


GOOGLE = {
    "old": "Name,Given Name,Additional Name,Family Name,Yomi Name,Group Membership"
    ",E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type"
    ",Phone 2 - Value",
    "new": "File As,First Name,Middle Name,Last Name,Phonetic First Name,Labels"
    ",E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label"
    ",Phone 2 - Value",
    "mixed": "Name,Given Name,Middle Name,Family Name,Birthday,Notes"
    ",Email 1 - Label,EMAIL 1 - VALUE,Phone 1 - Label,phone 1 - value,Phone 2 - Label"
    ",PHONE 2 - Value",
}
OTHERS = {
    "outlook.com": "First Name,Middle Name,Last Name,Title,Suffix,Nickname,Given Yomi,Surname Yomi"
    ",E-mail Address,E-mail 2 Address,E-mail 3 Address,Home Phone,Home Phone 2,Business Phone"
    ",Business Phone 2,Mobile Phone,Car Phone,Other Phone,Primary Phone,Pager,Business Fax"
    ",Home Fax,Other Fax,Company Main Phone,Assistant's Phone,Birthday,Notes",
    "thunderbird": "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email"
    ",Screen Name,Work Phone,Home Phone,Fax Number,Pager Number,Mobile Number,Home Address",
}


def programs() -> dict[str, File]:
    files = {}
    texts = {f"google-{name}": google(header) for name, header in GOOGLE.items()}
    texts |= {name: by_name(header) for name, header in OTHERS.items()}
    for name, text in texts.items():
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le"):
            entries = expected("de")
            files[f"{name}-{encoding}"] = File(text.encode(encoding), "c.csv", "DE", entries)
    cells = ",Ann,,Doe,,,* Work,a@b.example ::: c@d.example,Mobile,+49 1 ::: +49 2,,+49 3"
    several = table([GOOGLE["new"].split(","), cells.split(",")])
    entry = ("Ann Doe", ["+49 1", "+49 2", "+49 3"], ["a@b.example", "c@d.example"])
    files["google-several"] = File(several.encode(), "c.csv", "DE", [entry])
    return files


def google(header: str) -> str:
    rows = [header.split(",")]
    for who in people("de"):
        name = who.name if header.startswith("Name") else ""
        rows.append([name, who.given, "", who.family, "", "* myContacts", "* Work", who.email])
        rows[-1] += ["Home", who.home, "* Mobile", who.mobile]
    return table(rows, end="\n")


def by_name(header: str) -> str:
    columns = header.split(",")
    rows = [columns]
    for who in people("de"):
        cells = {"First Name": who.given, "Last Name": who.family, "E-mail Address": who.email}
        cells |= {"Primary Email": who.email, "Home Phone": who.home, "Mobile Phone": who.mobile}
        cells |= {"Mobile Number": who.mobile, "Pager": "12", "Pager Number": "12", "Notes": '"'}
        cells |= {"Business Fax": "030 9", "Fax Number": "030 9", "Assistant's Phone": "030 8"}
        rows.append([cells.get(column, "") for column in columns])
    return table(rows, quote=True)


PHOTO = base64.b64encode(random.Random(5).randbytes(900)).decode()
FOLDED = "\r\n ".join(PHOTO[at : at + 74] for at in range(0, len(PHOTO), 74))


def card(who: Person, version: str = "3.0", photo: bool = True) -> str:
    lines = [
        "BEGIN:VCARD",
        f"VERSION:{version}",
        f"N:{who.family};{who.given};;;",
        f"FN:{who.name}",
    ]
    lines += [
        f"item1.TEL;type=HOME;type=VOICE;type=pref:{who.home}",
        "item1.X-ABLabel:_$!<Main>!$_",
    ]
    lines += ["TEL:", f"TEL;type=CELL:{who.mobile}", "TEL;type=HOME;type=FAX:030 9", "TEL;PAGER:12"]
    lines += [f"item2.EMAIL;type=INTERNET:{who.email}"]
    lines += [f"PHOTO;ENCODING=b;TYPE=JPEG:{FOLDED}"] if photo else []
    return "\r\n".join([*lines, "END:VCARD", ""])


def android(who: Person, charset: str) -> str:
    def quoted(text: str) -> str:
        raw = quopri.encodestring(text.encode(charset), quotetabs=True)
        return "".join(f"={byte:02X}" for byte in text.encode(charset)) if b"=" in raw else text

    coded = f";CHARSET={charset.upper()};ENCODING=QUOTED-PRINTABLE"
    name = f"{quoted(who.family)};{quoted(who.given)};;;"
    soft = "=\r\n".join(name[at : at + 60] for at in range(0, len(name), 60))
    lines = ["BEGIN:VCARD", "VERSION:2.1", f"N{coded}:{soft}", f"FN{coded}:{quoted(who.name)}"]
    lines += [f"NOTE{coded}:=41=\r\nTEL:666=\r\nEND", f"TEL;HOME:{who.home}"]
    lines += [f"TEL;CELL;PREF:{who.mobile}", f"EMAIL;HOME:{who.email}"]
    lines += [f"PHOTO;ENCODING=BASE64;JPEG:{FOLDED}", "", "END:VCARD", ""]
    return "\r\n".join(lines)


def fourth(who: Person) -> str:
    mobile = who.mobile.replace(" ", "-")
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"FN;PREF=1:{who.name}",
        f"N:{who.family};{who.given};;;",
    ]
    lines += [f'TEL;VALUE=uri;TYPE="voice,home":tel:{who.home.replace(" ", "%20")}']
    lines += [f'TEL;VALUE=uri;PREF=1;TYPE="cell:x":TEL:{mobile}', f"EMAIL:mailto:{who.email}"]
    return "\n".join([*lines, f"PHOTO:data:image/jpeg;base64,{PHOTO}", "END:VCARD", ""])


def cards() -> dict[str, File]:
    files = {}
    for language in ("de", "ru", "ja", "ar"):
        region, encoding = ANSI[language]
        entries = expected(language)
        text = "".join(map(card, people(language)))
        files[f"vcard3-{language}"] = File(text.encode(), "c.vcf", region, entries)
        files[f"vcard3-{language}-ansi"] = File(text.encode(encoding), "c.vcf", region, entries)
        text = "".join(android(who, "utf-8") for who in people(language))
        files[f"vcard21-{language}"] = File(text.encode(), "c.vcf", region, entries)
    text = "".join(android(who, "windows-1251") for who in people("ru"))
    files["vcard21-1251"] = File(text.encode(), "c.vcf", "DE", expected("ru"))
    fours = [(name, [a, b.replace(" ", "-")], emails) for name, (a, b), emails in expected("de")]
    text = "".join(map(fourth, people("de")))
    files["vcard4"] = File(text.encode(), "c.vcf", "DE", fours)
    text = "".join(map(card, people("de")))
    for end in ("\n", "\r"):
        whole = text.replace("\r\n", end).encode()
        files[f"vcard3-ends-{ord(end)}"] = File(whole, "c.vcf", "DE", expected("de"))
    for encoding in ("utf-8-sig", "utf-16", "utf-16-be"):
        files[f"vcard3-{encoding}"] = File(text.encode(encoding), "c.vcf", "DE", expected("de"))
    files["vcard3-other-name"] = File(text.encode(), "c.csv", "DE", expected("de"))
    return files


def damaged_cards() -> dict[str, File]:
    a, b, c, d = map(card, people("de"))
    entries = expected("de")
    lost = [entries[0], entries[2], entries[3]]
    inner = card(people("ru")[0]).replace("\r\n", "\n")
    damage: dict[str, tuple[str, list[tuple[str, list[str], list[str]]], list[int]]] = {
        "truncated": (a + c + d + b[:200], lost, [4]),
        "no-end": (a + b.replace("END:VCARD\r\n", "") + c + d, entries, []),
        "empty-without-end": (a + "BEGIN:VCARD\r\nVERSION:3.0\r\n" + c + d, lost, [2]),
        "nested": (a + "BEGIN:VCARD\r\n" + c + "END:VCARD\r\n" + d, lost, [2]),
        "agent": (
            a + b.replace("TEL:\r\n", f"AGENT:\r\n{inner}") + c + d,
            entries,
            [],
        ),
        "bad-photo": (a + b.replace(FOLDED, "\0\r\n !!!=\r\n ") + c + d, entries, []),
        "garbage-between": (
            f"{a}\r\n\r\nTEL:666\r\nEND:VCARD\r\n{b}:::;;;\r\n{c}\x00{d}",
            entries[:3],
            [],
        ),
        "mixed-ends": (a + b.replace("\r\n", "\n") + c.replace("\r\n", "\r") + d, entries, []),
        "lower-case": ((a + b).lower() + c + d, [], []),
    }
    damage["lower-case"] = (
        damage["lower-case"][0],
        [(name.lower(), phones, emails) for name, phones, emails in entries[:2]] + entries[2:],
        [],
    )
    files = {
        f"damage-vcard-{name}": File(text.encode(), "c.vcf", "DE", intact, broken)
        for name, (text, intact, broken) in damage.items()
    }
    raw = (a + b).encode() + c.encode("cp1252") + d.encode()
    files["damage-vcard-one-card-in-ansi"] = File(raw, "c.vcf", "DE", entries)
    return files


def damaged_rows() -> dict[str, File]:
    header, a, b, c, d = google(GOOGLE["old"]).splitlines(keepends=True)
    entries = expected("de")
    lost = [entries[0], entries[2], entries[3]]
    open_quote = '"' + b
    quoted = table([[cell] for cell in ("x",)], quote=True)
    damage: dict[str, tuple[str, list[tuple[str, list[str], list[str]]], list[int]]] = {
        "open-quote": (header + a + open_quote + c + d, lost, [2]),
        "open-quote-last": (header + a + c + d + open_quote, lost, [4]),
        "quote-inside": (header + a + b.replace("* Work", 'x"y"z') + c + d, entries, []),
        "quoted-quote": (header + a + b.replace("* Work", '"x "y" z"') + c + d, entries, []),
        "line-in-cell": (header + a + b.replace("* Work", '"x\r\n\r\ny, z"') + c + d, entries, []),
        "short-row": (header + a + "x\n" + c + d, [entries[0], ("x", [], []), *entries[2:]], []),
        "long-row": (header + a + b.strip() + ",x" * 100 + "\n" + c + d, entries, []),
        "empty-rows": (f"\n\n{header}\n{a},,,,\n{b}\r\n\r\n{c}{d},,\n", entries, []),
        "sep": ("sep=,\r\n" + header + a + b + c + d, entries, []),
        "carriage-returns": ((header + a + b + c + d).replace("\n", "\r"), entries, []),
        "mixed-ends": (
            header + a.replace("\n", "\r") + b.replace("\n", "\r\n") + c + d,
            entries,
            [],
        ),
        "nul": (header + a + b.replace("* Work", "\0\0") + c + d, entries, []),
        "no-last-end": (header + a + b + c + d.strip(), entries, []),
        "no-columns": (quoted + "y\r\n", [], [1]),
        "header-only": (header, [], []),
        "empty": ("", [], []),
    }
    files = {
        f"damage-csv-{name}": File(text.encode(), "c.csv", "DE", intact, broken)
        for name, (text, intact, broken) in damage.items()
    }
    raw = (header + a + b).encode() + c.encode("cp1252") + d.encode()
    files["damage-csv-one-row-in-ansi"] = File(raw, "c.csv", "DE", entries)
    cut = (header + a + b + c + d).encode()
    files["damage-csv-cut-in-a-letter"] = File(
        cut + "Ü".encode()[:1], "c.csv", "DE", [*entries, ("\ufffd", [], [])]
    )
    return files


def corpus() -> dict[str, File]:
    return languages() | programs() | cards() | damaged_cards() | damaged_rows()
