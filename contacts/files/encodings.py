"""Which encoding a file has.

Guessing from bytes alone fails on short files: Windows-1251 passes for Mac Cyrillic, GB 18030 for
Korean. The owner's country knows better, so its encodings are tried first, and the one counts that
gives words in the script that is written there.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import islice

import charset_normalizer

from contacts.files.lines import lines

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STEP = 1 << 20
_SAMPLE = 1 << 14
_MOST_LINES = 10_000
_GOOD = 0.8

_LATIN = "a-z"
_SCRIPTS = {
    "cp1252": _LATIN + "äöüßéèêëàâáãåæçñíìîïóòôõøœúùûýÿšžđðþ",
    "mac_roman": _LATIN + "äöüßéèêëàâáãåæçñíìîïóòôõøœúùûÿ",
    "cp850": _LATIN + "äöüßéèêëàâáãåæçñíìîïóòôõøúùûýðþ",
    "cp1250": _LATIN + "ąćęłńóśźżáčďéěíňřšťúůýžľĺŕôäöüßőűăâîşţđ",
    "iso8859_2": _LATIN + "ąćęłńóśźżáčďéěíňřšťúůýžľĺŕôäöüßőűăâîşţđ",
    "cp852": _LATIN + "ąćęłńóśźżáčďéěíňřšťúůýžľĺŕôäöüßőűăâîşţđ",
    "cp1254": _LATIN + "çğıöşüâîû\u0307",
    "cp1257": _LATIN + "āčēģīķļņšūžąęėįųõäöü",
    "cp1258": _LATIN + "ăâđêôơưàáèéìíòóùúýñ\u0300\u0301\u0303\u0309\u0323",
    "cp1251": "а-яёіїєґўђѓљњћќџј",
    "koi8_u": "а-яёіїєґ",
    "cp866": "а-яёєїў",
    "iso8859_5": "а-яёіїєўђѓљњћќџј",
    "cp1253": "α-ωάέήίόύώϊϋΐΰ",
    "cp1255": "\u05b0-\u05f4",
    "cp1256": "\u0621-\u06d2",
    "cp874": "\u0e01-\u0e4e",
    "cp932": "\u3041-\u30ff\u4e00-\u9fff々〆ヶ",
    "euc_jp": "\u3041-\u30ff\u4e00-\u9fff々〆ヶ",
    "gb18030": "\u4e00-\u9fff",
    "cp950": "\u4e00-\u9fff",
    "cp949": "\uac00-\ud7a3",
}
_REGIONS = {
    "AT BE BR CA CH DE DK ES FI FR GB IE IS IT LU MX NL NO PT SE US": ("cp1252", "mac_roman"),
    "PL CZ SK HU SI HR RO BA AL ME": ("cp1250", "iso8859_2", "cp852"),
    "RU BY KZ UA BG RS MK KG UZ TJ MD": ("cp1251", "koi8_u", "cp866", "iso8859_5"),
    "GR CY": ("cp1253",),
    "TR AZ": ("cp1254",),
    "IL": ("cp1255",),
    "AE BH DZ EG IQ IR JO KW LB LY MA OM PK PS QA SA SD SY TN YE": ("cp1256",),
    "EE LV LT": ("cp1257",),
    "VN": ("cp1258",),
    "TH": ("cp874",),
    "JP": ("cp932", "euc_jp"),
    "CN SG": ("gb18030",),
    "TW HK MO": ("cp950",),
    "KR": ("cp949",),
}
_OF_REGION = {region: found for regions, found in _REGIONS.items() for region in regions.split()}
_WESTERN = ("cp1252", "mac_roman")
# Where the owner's country does not explain a file. An equal score goes to the earlier one: GB
# 18030 makes Han of nearly everything, and EUC-JP of all that GB 18030 does.
_ALL = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp874"),
    *("cp932", "cp949", "gb18030", "cp950", "koi8_u", "euc_jp", "cp866"),
)
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
Decode = Callable[[bytes], str]


def as_utf8(data: bytes) -> bytes:
    """What stands in UTF-16 or UTF-32 as UTF-8, and no byte order mark; the rest as it is."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            if encoding == "utf-8":
                return data[len(mark) :]
            return data[len(mark) :].decode(encoding, "replace").encode()
    encoding = _unmarked(data[:2048])
    return data.decode(encoding, "replace").encode() if encoding else data


def _unmarked(head: bytes) -> str:
    """UTF-16 without a mark shows by its zeros: every other byte of ASCII."""
    enough = len(head) // 5
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > enough and even * 4 < odd:
        return "utf-16-le"
    return "utf-16-be" if even > enough and odd * 4 < even else ""


def decoder(data: bytes, region: str | None) -> Decode:
    """How lines of `data` (as `as_utf8` gives it) become text. Never raises, never gives NUL.

    In a file that mostly is UTF-8, lines that are not are read as the country writes them.
    """
    if b"\x1b$" in data[:_STEP]:
        return partial(_replacing, "iso2022_jp")
    if _is_utf8(data):
        return partial(_mixed, region)
    sample, utf8, others = _sample(data)
    if utf8 > others:
        return partial(_mixed, region)
    return partial(_replacing, _guess(sample, region) or _last_resort(sample))


def _replacing(encoding: str, line: bytes) -> str:
    return line.decode(encoding, "replace").replace("\0", "")


def _mixed(region: str | None, line: bytes) -> str:
    try:
        return line.decode().replace("\0", "")
    except UnicodeDecodeError:
        return _replacing(_local(line[:400], region), line)


@lru_cache(maxsize=1024)
def _local(line: bytes, region: str | None) -> str:
    best = max(_candidates(region), key=partial(_score, line))
    return best if _score(line, best) >= _GOOD else "utf-8"


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    decode = codecs.getincrementaldecoder("utf-8")().decode
    try:
        for start in range(0, len(data), _STEP):
            decode(data[start : start + _STEP])  # a last character may be cut off
    except UnicodeDecodeError:
        return False
    return True


def _sample(data: bytes) -> tuple[bytes, int, int]:
    """Some lines that say more than ASCII, and how many of all are UTF-8 and how many not."""
    counts = [0, 0]
    taken: list[bytes] = []
    size = 0
    for line in islice(_telling(data), _MOST_LINES):
        counts[not _is_utf8(line)] += 1
        if size < _SAMPLE:
            taken.append(line[:_SAMPLE])
            size += len(line)
    return b"".join(taken)[:_SAMPLE], counts[0], counts[1]


def _telling(data: bytes) -> Iterator[bytes]:
    return (line for line in lines(data) if not line.isascii())


def _candidates(region: str | None) -> tuple[str, ...]:
    return _OF_REGION.get(region or "", _WESTERN)


def _guess(sample: bytes, region: str | None) -> str | None:
    """The owner's country first, then the world; None where neither gives words."""
    for candidates in (_candidates(region), _ALL):
        best = max(candidates, key=partial(_score, sample))
        if _score(sample, best) >= _GOOD:
            return best
    return None


def _last_resort(sample: bytes) -> str:
    found = charset_normalizer.from_bytes(sample[:4096]).best()
    return found.encoding if found else "cp1252"


def _score(sample: bytes, encoding: str) -> float:
    """From 0 to 1: the share of letters beyond ASCII that stand in words of the script."""
    text = sample.decode(encoding, "replace")
    strange = sum(map(len, _NO_TEXT.findall(text)))
    letters = good = 0
    for word in _WORD.findall(text):
        if not word.isascii():
            letters += len(word)
            good += len(word) * _plausible(word, encoding)
    return good / (letters + 3 * strange) if letters else 0.0


_NO_TEXT = re.compile(
    r"[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\u2500-\u259f¤¦¬¶±×÷]"
)
_WORDS = {
    encoding: re.compile(f"[{letters}]+".replace("[a-z", "[A-Za-z"), re.IGNORECASE)
    for encoding, letters in _SCRIPTS.items()
}


def _plausible(word: str, encoding: str) -> bool:
    """Whether it is written with the script's letters, cased like words are, and in Latin mostly
    with letters of ASCII."""
    if not _WORDS[encoding].fullmatch(word):
        return False
    if _SCRIPTS[encoding].startswith(_LATIN):
        return sum(map(str.isascii, word)) * 2 >= len(word)
    return word[1:].islower() or word.isupper() or word.lower() == word.upper()
