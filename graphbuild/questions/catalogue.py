"""The catalogue of questions: SPARQL files that say what they ask, what they take and what they give.

A question is a `.rq` file that any SPARQL 1.1 engine runs as it is. Its `#+`
lines hold a summary, its parameters and its columns. Parameters stand in lines
`VALUES (?_state …) { (UNDEF …) }`, which is where given values are put, as
escaped terms; a query may have several, one in each subquery that they narrow.
Under `?_state` the query compares the value itself; under `?state` it is the
value of that variable, so that the engine begins with it.

Comments tell what is best with such a value and without. `#few` behind a subquery
says that it gives few rows where a value narrows it: a limit that none reaches takes
its place, from which engines see that the rest is best looked up one by one. `#whole`
at the end of a line says that without one the property is best read whole: a
statement, or what an `OPTIONAL` holds, becomes a subquery, which our engine reads
whole and joins, since a look-up takes as long as ten rows read in turn. A number, as
of a cycle, narrows too little. Beside it, variables of the pattern's own that have no
value are left out, since Virtuoso joins no subquery with UNDEF. `OPTIONAL { … } #must`
is no OPTIONAL where a value is given in its own VALUES, so that engines can begin there.
`apart: state` says that each row belongs to one state, by which the world may be asked in parts;
`rests: Ask, Effect` what people must have coded before there can be rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from graphbuild import dates, resources, vocabulary
from graphbuild.errors import GraphbuildError, meant
from graphbuild.files.intake import with_line_feeds
from graphbuild.terms import literal, local_id

_HEADER = re.compile(r"^#\+\s?(?P<indent>\s*)(?P<text>.*)$")
_VALUES = re.compile(r"VALUES\s*\((?P<names>[^)]*)\)\s*\{\s*\((?P<row>[^)]*)\)\s*\}")
_FEW = re.compile(r"#few$", re.M)
FEW = "LIMIT 100000000"
_WHOLE = re.compile(r"^(?P<indent>\s*)(?P<optional>OPTIONAL )?(?P<said>.*?)(?: \.)? #whole$", re.M)
_MUST = re.compile(r"OPTIONAL (\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}) #must$", re.M)
WHOLE = r"\g<indent>\g<optional>{ SELECT * WHERE { \g<said> } }"
LONGEST_NAME = 200


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question: its name, what it means, the words it takes, its default.

    `choices` may be one word with an @: @state, @date (a day), @number, or the
    name of a concept scheme such as @right. Days called `from` and `until` are a
    period. Classes, such as @Law or @Organisation|@State, say that it takes the
    name of one of their instances; a class and a path of properties, such as
    @Observation/body, that it takes a value of theirs.
    """

    name: str
    meaning: str
    choices: tuple[str, ...] = ()
    default: str = ""

    @property
    def is_name(self) -> bool:
        """Whether it takes what was loaded, by name or value; classes have a capital, schemes none."""
        return any(choice[1:2].isupper() for choice in self.choices if choice.startswith("@"))

    @property
    def is_value(self) -> bool:
        """Whether it takes a value that something loaded has."""
        return self.is_name and "/" in self.choices[0]


@dataclass(frozen=True)
class Question:
    """A question of the catalogue; the rows of the world fall apart by the parameter that `apart` names.

    `rests` names what somebody has to have coded, or else no rows mean nothing.
    """

    name: str
    text: str
    summary: str = ""
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    apart: str = ""
    rests: tuple[str, ...] = ()


def questions() -> list[Question]:
    """All questions, by name."""
    return [read_question(path) for path in sorted(resources.QUERIES.glob("*.rq"))]


def find_question(name: str) -> Question:
    """A question by name, or the query in a file."""
    for path in (resources.QUERIES / f"{name}.rq", Path(name)) if len(name) < LONGEST_NAME else ():
        if path.exists() and not path.is_dir():  # a pipe will do, too
            return read_question(path)
    known = [q.name for q in questions()]
    hint = f"{meant(name[:60], known)} The" if meant(name[:60], known) else "; the"
    raise GraphbuildError(f"there is no question or file {name[:60]!r}{hint} questions are: {', '.join(known)}")


def read_question(path: Path) -> Question:
    """A question from a file, with the header that its `#+` lines hold."""
    return _read(path.stem, str(path), path.read_bytes())


def read_question_from(stream: BinaryIO) -> Question:
    """A query from standard input."""
    return _read("standard input", "standard input", stream.read())


def _read(name: str, place: str, data: bytes) -> Question:
    try:
        return parse_question(name, with_line_feeds(data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise GraphbuildError(f"{place}: is not a text in UTF-8 (byte {error.start})") from error


def parse_question(name: str, text: str) -> Question:
    """A question from its text; a query without a header has no parameters."""
    header = _header(text)
    return Question(
        name,
        text,
        summary=" ".join(header.get("summary", [])),
        parameters=tuple(_parameter(line) for line in header.get("params", [])),
        columns=tuple(_words(header.get("columns", []))),
        lists=tuple(_words(header.get("lists", []))),
        apart=" ".join(header.get("apart", [])),
        rests=tuple(_words(header.get("rests", []))),
    )


def _header(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    key = ""
    for match in filter(None, map(_HEADER.match, text.splitlines())):
        if not match["indent"] and ":" in match["text"]:
            key, _, rest = match["text"].partition(":")
            found[key] = [rest.strip()] if rest.strip() else []
        elif key:
            found[key].append(match["text"].strip())
    return found


def _words(lines: Iterable[str]) -> list[str]:
    return [word.strip() for line in lines for word in line.split(",") if word.strip()]


def _parameter(line: str) -> Parameter:
    """`acceptance = first-support|plenary (first-support): how acceptance is dated`."""
    name, _, meaning = line.partition(":")
    name, _, choices = name.partition("=")
    choices, _, default = choices.partition("(")
    return Parameter(
        name.strip(), meaning.strip(), tuple(c.strip() for c in choices.split("|") if c.strip()), default.strip(" )")
    )


def bind(question: Question, given: dict[str, str], *, whole: bool = False, among: Sequence[str] = ()) -> str:
    """The query text with the given parameters in its VALUES lines.

    `whole` heeds what is marked so; `among` are values of the parameter by which rows fall apart.
    """
    known = {p.name: p for p in question.parameters}
    for name in given:
        if name not in known:
            raise GraphbuildError(f"{question.name} has no parameter {name!r}; it takes: {', '.join(known) or 'none'}")
    defaults = {p.name: p.default for p in question.parameters if p.default}
    values = defaults | {name: accepted(known[name], value) for name, value in given.items()}
    _refuse_backwards(known, values)
    rows = [values | {question.apart: value} for value in among] or [values]
    text = _MUST.sub(lambda m: m[1] if _narrows(m[1], given) else m[0], question.text)
    whole = whole and is_worldwide(question, given) and bool(_WHOLE.search(text))
    text = _WHOLE.sub(WHOLE, text) if whole else _FEW.sub(FEW, text) if _narrows(text, given) else text
    return _VALUES.sub(lambda m: _values(m, rows, known, whole), text) if rows[0] or whole else text


def _refuse_backwards(known: dict[str, Parameter], values: dict[str, str]) -> None:
    """Refuse a period that ends before it begins: days called `from` and `until`."""
    begin, end = (values[n] if n in values and known[n].choices == ("@date",) else "" for n in ("from", "until"))
    if begin > end > "":
        raise GraphbuildError(f"from={begin} is after until={end}; write the earlier day as from")


def is_worldwide(question: Question, given: Iterable[str]) -> bool:
    """Whether no value narrows what is looked through; a number, as of a cycle, narrows too little."""
    numbers = {p.name for p in question.parameters if p.choices == ("@number",)}
    return not _narrows(question.text, [name for name in given if name not in numbers])


def _narrows(text: str, given: Iterable[str]) -> bool:
    """Whether a value is given for a variable of the patterns in this text."""
    return any(re.search(rf"VALUES\s*\([^)]*\?{re.escape(name)}\b", text) for name in given)


def accepted(parameter: Parameter, value: str) -> str:
    """The value as the graph writes it, or a refusal that says what to write."""
    kind = parameter.choices[0] if parameter.choices and not parameter.is_name else ""
    if kind == "@state":
        found: str | None = local_id(vocabulary.state(value) or "")
    elif kind == "@date":
        found = value if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) and dates.is_date(value) else None
    elif kind == "@number":
        found = value.lstrip("0") or "0" if value.isdecimal() and value.isascii() else None
    elif kind.startswith("@"):
        found = local_id(vocabulary.concepts()[kind[1:]].get(value.casefold(), ""))
    else:
        found = value if not kind or value in parameter.choices else None
    if not found:
        raise GraphbuildError(f"{parameter.name}={value}: {_wanted(parameter, kind, value)}")
    return found


def takes(parameter: Parameter) -> str:
    """What may be written for a parameter, for people."""
    if parameter.is_name:
        return "one that is loaded"
    plain = {"@state": "a state, such as KAZ", "@date": "a day, such as 2015-01-31", "@number": "a number", "": "text"}
    kind = parameter.choices[0] if parameter.choices else ""
    return plain.get(kind) or ", ".join(_words_for(parameter, kind))


def _words_for(parameter: Parameter, kind: str) -> list[str]:
    return vocabulary.notations(kind[1:]) if kind.startswith("@") else list(parameter.choices)


def _wanted(parameter: Parameter, kind: str, value: str) -> str:
    plain = {
        "@state": f"is not a state; write its alpha-3 code, such as KAZ{vocabulary.state_meant(value)}",
        "@date": "is not a day; write it as 2015-01-31",
        "@number": "is not a number",
    }
    if kind in plain or not kind:
        return plain.get(kind, "is empty; give a value, or leave it out")
    words = _words_for(parameter, kind)
    return f"must be one of {', '.join(words)}{meant(value.casefold(), words)}"


def _values(match: re.Match[str], rows: list[dict[str, str]], known: dict[str, Parameter], whole: bool) -> str:
    """A line of parameters with the values given, in one row or several; any other VALUES as it is."""
    names = match["names"].split()
    if any(_parameter_of(n) not in known for n in names):
        return match[0]  # not a line of parameters
    names = [n for n in names if not whole or n.startswith("?_") or _parameter_of(n) in rows[0]]
    if not names:
        return ""
    written = dict.fromkeys(" ".join(_written(n, known[_parameter_of(n)], row) for n in names) for row in rows)
    return f"VALUES ({' '.join(names)}) {{ {' '.join(f'({row})' for row in written)} }}"


def _parameter_of(variable: str) -> str:
    return variable[1:].removeprefix("_")


def _written(variable: str, parameter: Parameter, given: dict[str, str]) -> str:
    """The value of a parameter; as the graph has it where the variable is one of the pattern's own."""
    value = given.get(parameter.name)
    if value is None:
        return "UNDEF"
    return value if parameter.choices == ("@number",) and not variable.startswith("?_") else literal(value)
