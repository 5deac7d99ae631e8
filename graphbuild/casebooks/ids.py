"""Ids as people write them: what cannot be one, and what is written otherwise but looks the same."""

from __future__ import annotations

import re
import unicodedata

#: The longest id, in signs.
LONGEST = 200
#: Letters of Cyrillic and Greek, and the Latin ones that they look like.
_ALIKE = str.maketrans(
    "АВЕКМНОРСТУХІЈЅԚԜаеорсухіјѕһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTYXIJSQWaeopcyxijshqwABEZHIKMNOPTYXo"
)
_WORD = re.compile(r"[^\W\d_]+")
#: What hands and scanners take for one another.
_TAKEN = str.maketrans("01l\u2010\u2011\u2012\u2013\u2014\u2212", "oii------")


def flaw_of(key: str) -> tuple[str, str] | None:
    """What is wrong with an id, and what to do; None if it can be used.

    >>> flaw_of("KAZ/2011/483-IV"), flaw_of("a/../b")
    (None, ('cannot be used as an id', 'write parts of letters and digits between slashes'))
    """
    if len(key) > LONGEST:
        return f"cannot be used as an id, which has {LONGEST} signs at most", "take something shorter"
    if any(part in (".", "..", "") for part in key.split("/")) or any(map(_is_unseen, key)):
        return "cannot be used as an id", "write parts of letters and digits between slashes"
    if any(_is_mixed(word) for word in _WORD.findall(key)):
        return "has letters of another script that look like Latin ones", f"write {looks(key)!r}, in Latin letters"
    return None


def looks(key: str) -> str:
    """How an id looks: what is written with other letters and looks the same gives the same.

    >>> looks("KAZ/2011/483-\u0406V")
    'KAZ/2011/483-IV'
    """
    return "".join(s for s in unicodedata.normalize("NFKC", key).translate(_ALIKE) if not _is_unseen(s))


def likely(key: str) -> str:
    """What an id and its most common misspellings have in common: case, spaces, hyphens, O for 0 and l for 1.

    >>> likely("mda/2O06 / 260") == likely("MDA/2006/260")
    True
    """
    return "".join(looks(key).casefold().translate(_TAKEN).split())


def _is_unseen(sign: str) -> bool:
    """Controls, marks of direction and spaces other than the common one: two ids may look the same."""
    return unicodedata.category(sign)[0] == "C" or (unicodedata.category(sign)[0] == "Z" and sign != " ")


def _is_mixed(word: str) -> bool:
    """Whether a word is Latin but for letters of another script, all of which look Latin."""
    latin = [letter for letter in word if unicodedata.name(letter, "").startswith("LATIN")]
    return 0 < len(latin) < len(word) and all(ord(letter) in _ALIKE for letter in word if letter not in latin)
