"""Names of months in English, German, Russian and Slovene, in any of their cases."""

from __future__ import annotations

#: In English, whole.
ENGLISH = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")
#: The first letters by which a month is known.
STEMS = (
    ("januar", "jänner", "январ"),
    ("februar", "феврал"),
    ("march", "märz", "maerz", "marec", "marc", "март"),
    ("april", "апрел"),
    ("may", "mai", "maj", "май", "мая"),
    ("june", "juni", "июн"),
    ("july", "juli", "июл"),
    ("august", "avgust", "август"),
    ("septemb", "сентябр"),
    ("october", "oktob", "октябр"),
    ("novemb", "ноябр"),
    ("decemb", "dezemb", "декабр"),
)
#: Abbreviations; they count only if they stand alone.
SHORT = ("jan", "feb", "mar", "apr", "", "jun", "jul", "aug", "sep sept", "oct okt", "nov", "dec dez")


def month_of(word: str) -> int:
    """The number of the month that a word names, in any of its cases or short; 0 if it names none.

    >>> month_of("декабря"), month_of("julija"), month_of("Sept"), month_of("März"), month_of("člena")
    (12, 7, 9, 3, 0)
    """
    folded = word.casefold().removesuffix(".")
    names = enumerate(zip(STEMS, SHORT, strict=True), 1)
    return next((n for n, (stems, short) in names if folded.startswith(stems) or folded in short.split()), 0)
