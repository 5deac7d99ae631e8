"""Numbers of laws: one spelling for the same number, and the id that laws go by (state / year / number).

Numbers of Kazakh laws mix Cyrillic and Latin letters that look alike, and sources
add the name of the series (ЗРК) or leave it out. Addresses of laws in Akoma
Ntoso and ELI hold country, date, series and number in an order of their own.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from graphbuild import vocabulary

#: Cyrillic letters that look like Latin ones.
_ALIKE = str.maketrans("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS")
_HYPHEN = re.compile(r"\s*[\u2010-\u2015\u2212-]\s*")
_DAY = re.compile(r"(?P<type>[a-z]*?)(?P<year>[0-9]{4})-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"[12][0-9]{3}")


def normal_number(written: str) -> str:
    """The number of a law in one spelling.

    >>> normal_number("333-VІ ЗРК"), normal_number("№ 483 – IV"), normal_number("8С 37/5")
    ('333-VI', '483-IV', '8C 37/5')
    """
    number = " ".join(unicodedata.normalize("NFKC", written).split())
    for sign in vocabulary.listed(list[str], "laws", "numbers", "signs"):
        number = number.removeprefix(sign)
    number = _HYPHEN.sub("-", _series().sub("", number.strip()))
    return "".join(_latin(part) for part in re.split(r"([^\w]+)", number))


@cache
def _series() -> re.Pattern[str]:
    """The name of a series behind a number."""
    names = "|".join(map(re.escape, vocabulary.listed(list[str], "laws", "numbers", "series")))
    return re.compile(rf"\s+(?:{names})\.?$", re.I)


def _latin(word: str) -> str:
    letters = [c for c in word if c.isalpha()]
    alike = all(c.isascii() or ord(c) in _ALIKE for c in letters)
    return word.translate(_ALIKE) if alike else word


@dataclass(frozen=True)
class Address:
    """What the address of a law says: year (empty if it has none), series and number, and the place after #."""

    year: str
    name: str
    place: str = ""
    country: str = ""


def address_of(path: str) -> Address:
    """Read the address of a law as Akoma Ntoso and ELI write them; a version or language after the law is left.

    >>> address_of("/akn/us/act/2011-11-29/112-61/eng@/!main")
    Address(year='2011', name='112-61', place='', country='us')
    >>> address_of("/akn/za/act1996-10-10/84/!main#sec_9__subsec_1")
    Address(year='1996', name='84', place='sec_9__subsec_1', country='za')
    >>> address_of("/es/lo/2018/12/05/3").name
    'lo-3'
    """
    path, _, place = path.partition("#")
    path = re.sub(r"^[a-z]+://[^/]+(?:/eli(?=/))?", "", unquote(path), flags=re.I)
    parts = [p for p in path.split("/") if p not in ("", "akn")]
    country = parts.pop(0) if parts and re.fullmatch(r"[a-z]{2,3}(?:-[\w-]+)?", parts[0], re.I) else ""
    year, names = "", list[str]()
    for part in _until_version(parts):
        if day := _DAY.fullmatch(part):
            year, part = year or day["year"], day["type"]
        elif not year and _YEAR.fullmatch(part):
            year, part = part, ""
        if part and part not in vocabulary.listed(list[str], "laws", "numbers", "empty"):
            names.append(part)
    return Address(year, id_part("-".join(_without_day(names))), place, country)


def _until_version(parts: list[str]) -> list[str]:
    stop = next((n for n, p in enumerate(parts) if "@" in p or p.startswith("!")), len(parts))
    return parts[:stop]


def _without_day(names: list[str]) -> list[str]:
    """Month and day before a number are its date: lo, 12, 05, 3 is number 3."""
    for n in range(len(names) - 2):
        if re.fullmatch(r"[01][0-9]", names[n]) and re.fullmatch(r"[0-3][0-9]", names[n + 1]):
            return names[:n] + names[n + 2 :]
    return names


def id_part(text: str) -> str:
    """A text as part of an id: letters and digits of any script, and hyphens.

    >>> id_part("COM(2013) 619")
    'COM-2013-619'
    """
    return re.sub(r"[^\w.]+", "-", text).strip("-.")
