"""Names of people as words and scripts: what gives a name away, and in which script it is written."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import filterfalse

import pyoxigraph as ox

from graphbuild import vocabulary

#: A word of a name gives it away alone if it is this long; in another spelling, if this long; inside another word
#: of an address, if this long.
ALONE, RESPELT, INSIDE = 4, 5, 6

_WORD, _LETTERS = re.compile(r"[^\W\d_]+"), re.compile(r"[a-z]+")
#: Signs that nobody sees inside a word, and the break of a line in one.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\U000e0000-\U000e01ef]|[-\u2010\u2011]\r?\n\\s*"
)
#: Signs inside a word, which some leave out; and letters with marks that some write as two.
_INSIDE = re.compile(r"(?<=\w)[-\u2010\u2011'`\u00b4\u02b9\u02bb\u02bc\u02be\u02bf\u2018\u2019\u2032](?=\w)")
_AS_TWO = str.maketrans({"ä": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "å": "aa", "ž": "zh", "č": "ch", "ç": "ch",
                         "š": "sh", "ş": "sh"})
#: Letters that lose their mark in no other way, and an apostrophe that counts as a letter.
_PLAIN = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ʼ": "'", "ʹ": "'"})
#: Cyrillic letters that look like Latin ones, for words that mix the two.
_ALIKE, _MIXED = str.maketrans("аеорсхукмнтв", "aeopcxykmhtb"), re.compile(r"(?=.*[a-z])(?=.*[\u0400-\u04ff])")
#: Russian case endings and the Kazakh genitive, so that a name is found in any case (letters without their marks).
_ENDING = re.compile(
    r"(?<=[\u0400-\u04ff]{3})(?:[тдн][ыі]ң|ого|ому|ым|им|ых|их|ом|ем|ои|еи|ою|ею|ыи|ии|ая|ую|[аяуюеыиь])$"
)
#: The same after fewer letters, where a second word of the name stands beside; and what stands for a name as initial.
_SHORT_ENDING = re.compile(_ENDING.pattern.replace("{3}", "{2}"))
_INITIAL = re.compile(r"shch|[zksct]h|dzh|dj|ts|y[aeou]|.")
#: The endings of Kazakh cases in Kazakh, Russian and Latin letters: after hard consonants, and after other letters.
#: Russian surnames end in consonants that count for hard ones here and for others there.
_HARD, _BOTH, _CASE_AFTER = "пфкқтсшщчцхһpfkqtsx", "бвгдbvgdhc", "(?:[ыіиyi](?:[ңнn]|ng)?|[аеae][нn]?)"
_CASE = re.compile(
    rf"(?<=[^\W\d_]{{3}})(?:(?<=[{_HARD}{_BOTH}])(?:[кқkq][аеae]|[тt]{_CASE_AFTER}|[пp][еe][нn])"
    rf"|(?<![{_HARD}])(?:[ғг][аеae]|gh?a|(?<!a)gh?e|[дd]{_CASE_AFTER}|[нn](?:[ыіyi](?:[ңнn]|ng)?|[аеae][нn])|[мбmb][еe][нn]))$"
)
#: Letters of Russian and Kazakh (those without marks) in Latin ones, as most transliterations have them.
_LATIN = str.maketrans(
    dict(zip("абвгдежзиклмнопрстуфхцчшщъыьэюяәғқңөұүһі", (
        *"abvgde", "zh", *"ziklmnoprstufh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu", "ya", *"agknouuhi",
    ), strict=True))
)
#: Chinese, Japanese, Korean, Thai, Lao, Burmese and Khmer: no space parts a name from the words beside it.
_UNPARTED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{2,}")
#: One spelling for the many in which Latin letters write Russian and Kazakh names, in this order; at last, without
#: the ending of women's surnames.
_FOLDS = tuple((re.compile(pattern), instead) for pattern, instead in (
    (r"q", "k"), (r"ks", "x"), (r"kh", "h"), (r"gh", "g"), (r"tsch|tch", "ch"), (r"shch|sch", "sh"), (r"d?zh|dj", "j"),
    (r"w|ff$", "v"), (r"([a-z])\1+", r"\1"), (r"(?<=[^aeiou])[yj]o|(?<=[^aeiou])io(?=v)", "e"),
    (r"(^|[aeiou])[yj]e", r"\1e"), (r"[yj]", "i"), (r"i+", "i"), (r"(?<=[^aeiou])ie", "e"),
    (r"(?<=..sk)(?:i|aia|a)$", ""), (r"(?<=...)(ov|ev|in)a$", r"\1"),
))
#: The first word of the Unicode name of a letter, and the ISO 15924 code of its script.
_SCRIPTS = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "ARABIC": "Arab", "GREEK": "Grek", "HEBREW": "Hebr", "ARMENIAN": "Armn",
    "GEORGIAN": "Geor", "CJK": "Hani", "HANGUL": "Hang", "HIRAGANA": "Jpan", "KATAKANA": "Jpan", "THAI": "Thai",
    "DEVANAGARI": "Deva", "BENGALI": "Beng", "ETHIOPIC": "Ethi", "KHMER": "Khmr", "MYANMAR": "Mymr", "TAMIL": "Taml",
}


@lru_cache(maxsize=200_000)
def words(text: str) -> tuple[str, ...]:
    """The words of a text without case, accents and Russian case endings.

    >>> words("Álvarez, Петрова 2014")
    ('alvarez', 'петров')
    """
    return tuple(word if word.isascii() else _ENDING.sub("", word) for word in plain_words(text))


@lru_cache(maxsize=200_000)
def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text without case and accents.

    >>> plain_words("Álvarez, Петрова 2014")
    ('alvarez', 'петрова')
    """
    seen = _UNSEEN.sub("", text)
    if seen.isascii():
        return tuple(_LETTERS.findall(seen.lower()))
    marked = unicodedata.normalize("NFKD", seen).casefold().translate(_PLAIN)
    plain = "".join(filterfalse(unicodedata.combining, marked))
    return tuple(_in_one_script(word) for word in _WORD.findall(plain))


def readings(text: str) -> set[str]:
    """A text as it is, without signs inside words, and with letters that have marks written as two.

    >>> sorted(readings("O'Brien")), sorted(readings("Müller"))
    (["O'Brien", 'OBrien'], ['Müller', 'mueller'])
    """
    found = {text, _INSIDE.sub("", text)}
    if not text.isascii():
        plain = unicodedata.normalize("NFC", text).casefold()
        found |= {spelt} if (spelt := plain.translate(_AS_TWO)) != plain else set()
    return found


def stems(word: str) -> frozenset[str]:
    """A word of a name as it is and without the ending of a Russian case, so far as enough is left of it.

    >>> sorted(stems("петрова")), sorted(stems("айша")), sorted(stems("карим"))
    (['петров', 'петрова'], ['айш', 'айша'], ['карим'])
    """
    stem = _ENDING.sub("", word)
    return frozenset({word, stem} if len(stem) >= ALONE or len(word) - len(stem) < 2 else {word})


def without_case(word: str) -> frozenset[str]:
    """What a word of a text may be in the nominative, in Russian or in Kazakh.

    >>> sorted(without_case("петровадан")), sorted(without_case("kozlovqa"))
    (['петров', 'петрова', 'петровадан'], ['kozlov', 'kozlovqa'])
    """
    forms = {word} if word in ordinary() else {word, _CASE.sub("", word)}
    return frozenset(forms | {_ENDING.sub("", form) for form in forms})


def _in_one_script(word: str) -> str:
    return word if word.isascii() or not _MIXED.match(word) else word.translate(_ALIKE)


@lru_cache(maxsize=200_000)
def in_one_spelling(word: str) -> str:
    """A word as all transliterations of a name, and its own script, write it.

    >>> [in_one_spelling(name) for name in ("kozlov", "kozlow", "kozloff", "kozlova")]
    ['kozlov', 'kozlov', 'kozlov', 'kozlov']
    >>> [in_one_spelling(name) for name in ("yeleusinov", "eleusinov", "dmitriy", "dmitri")]
    ['eleusinov', 'eleusinov', 'dmitri', 'dmitri']
    >>> len({in_one_spelling(name) for name in ("васильев", "vasilyev", "vasiliev")})
    1
    >>> in_one_spelling("жанболат") == in_one_spelling("janbolat")
    True
    >>> in_one_spelling("жовтис"), [in_one_spelling(word) for word in words("Козлова, Петровского")]
    ('iovtis', ['kozlov', 'petrovsk'])
    """
    word = word.translate(_LATIN)
    for pattern, instead in _FOLDS:
        word = pattern.sub(instead, word)
    return word


def side_by_side(word: str) -> frozenset[str]:
    """The spellings of a word that is too short to tell of somebody alone, in any case.

    >>> side_by_side("цои") & side_by_side("цоя"), side_by_side("ким") & side_by_side("kim")
    (frozenset({'tso'}), frozenset({'kim'}))
    """
    forms = without_case(word)
    return frozenset(map(in_one_spelling, forms | {_SHORT_ENDING.sub("", form) for form in forms}))


def initials(word: str) -> frozenset[str]:
    """What a word of a name may be shortened to, as `in_one_spelling` gives it.

    >>> sorted(initials("жанна")), sorted(initials("zhanna")), sorted(initials("olga"))
    (['i'], ['i', 'z'], ['o'])
    """
    found = _INITIAL.match(word)
    return frozenset(map(in_one_spelling, {word[0], found[0]})) if found else frozenset()


def is_unparted(word: str) -> bool:
    """Whether a word is of a script in which it may stand inside what looks like another.

    >>> is_unparted(words("李伟")[0]), is_unparted("kozlov")
    (True, False)
    """
    return bool(_UNPARTED.fullmatch(word))


@lru_cache(maxsize=1)
def ordinary() -> frozenset[str]:
    """The words of the vocabulary and of the names of states: no such word alone gives a person away."""
    literals = (quad.object for quad in vocabulary.vocabulary_quads())
    texts = [o.value for o in literals if isinstance(o, ox.Literal)]
    return frozenset(word for text in [*texts, *vocabulary.states()] for word in words(text) + plain_words(text))


def language_of(name: str) -> str:
    """The language tag of a name of which only the script is known.

    >>> language_of("Ivan"), language_of("Иван"), language_of("2014")
    ('und-Latn', 'und-Cyrl', 'und')
    """
    letters = (unicodedata.name(c, "").partition(" ")[0] for c in name if c.isalpha())
    found = Counter(_SCRIPTS[script] for script in letters if script in _SCRIPTS).most_common(1)
    return f"und-{found[0][0]}" if found else "und"
