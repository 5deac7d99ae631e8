"""What an addendum answers: passages with the numbers they are about and the position they give.

Three ways to write are read: a sentence with a list ("accepts the recommendations 122.1, 122.17-18"),
numbers that head a passage ("5., 6.  Slovenia accepts these recommendations"), and headings
such as "Noted recommendations" over lists of numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from graphbuild.undocuments.masthead import HEAD
from graphbuild.undocuments.phrases import Phrase, answer_in, replies_in, stance_of
from graphbuild.undocuments.ranges import numbers_in
from graphbuild.undocuments.wording import single_spaced, without_page_breaks

_ONE = r"(?:\d{1,3}\.\s?)?\d{1,3}(?:\s*[-–—−]\s*(?:\d{1,3}\.)?\d{1,3})?"
_RUN = rf"{_ONE}(?:\.?\s*(?:[,;&]|\band\b|\.\s)\s*{_ONE})*"
#: Numbers at the beginning of a line, with a text behind them or below; 5., 6. stand for themselves.
_IN_LINE = _RUN.replace(r"\s", r"[ \t]")
_HEADED = re.compile(
    rf"(?m)^[ \t]*(?:(?P<points>(?:\d{{1,3}}\.,[ \t]*)+(?:\d{{1,3}}\.)?)(?=[ \t]|$)"
    rf"|(?P<run>{_IN_LINE})(?P<stop>\.?[,:]?)(?P<rest>[ \t]*$|[ \t]+(?=[A-Z“\"])))"
)
_DOTTED = r"\d{1,3}\.\d{1,3}\b"
#: Bare numbers count only right behind the word; dotted ones with other words in between.
_LIST_IN_SENTENCE = re.compile(
    rf"\brecommendations?(?:[\s,:]+(?:Nos?\.?|numbers?|numbered|following))*[\s:]+(?P<run>{_RUN})"
    rf"|\b(?:recommendations?|following)\b[^0-9;]{{0,80}}?(?=\b{_DOTTED})(?P<dotted>{_RUN})",
    re.I,
)
_PARAGRAPH = re.compile(
    r"\bparagraphs?\s+(\d{2,3}\b(?:\s*(?:,|and|to|[-–])\s*\d{2,3}\b)*)"
    r"(?!\.\d)(?!\s*(?:\(|of\s+(?:the\s+annex|resolution|Council|Human|General)))",
    re.I,
)
_PRESENTED = re.compile(r"presented\s+by\s+(?:the\s+)?State\s+under\s+review", re.I)
_SENTENCE = re.compile(r"(?<=[a-z)”\d])\.\s+(?=[A-Z])")
_SENTENCES_READ = 2


@dataclass(frozen=True)
class Reply:
    """A position for one number: list paragraph and number (or the number alone), the words, and where they stand."""

    number: str
    phrase: Phrase
    place: str


@dataclass(frozen=True)
class Unread:
    """A passage on some recommendations whose answer a person has to read."""

    place: str
    words: str
    why: str


IN_PROSE = "the answer is in prose, or is not the same throughout; a person has to read it"
TWO_ANSWERS = "the addendum answers this number in two ways; a person has to read it"


def read_replies(text: str) -> tuple[list[Reply], list[Unread]]:
    """The answers that are certain, and the passages that are not. Raises ValueError for an impossible range."""
    body = without_page_breaks(_body(text))
    paragraph = list_paragraph(body)
    listed, (headed, unread) = _listed(body, paragraph), _headed(body, paragraph)
    if len(listed) >= len(headed) + len(unread):
        return _certain(listed, [])
    return _certain(headed, unread)


def list_paragraph(body: str) -> str:
    """The list paragraph of the report, if the addendum names exactly one; else an empty text."""
    named = {number for run in _PARAGRAPH.findall(body) for number in re.findall(r"\d+", run)}
    return named.pop() if len(named) == 1 else ""


def _body(text: str) -> str:
    heads = [m.end() for m in _PRESENTED.finditer(text[:HEAD])]
    return text[heads[-1] :] if heads else text


def _listed(body: str, paragraph: str) -> list[Reply]:
    """The answers in sentences that give a position and list numbers."""
    replies: list[Reply] = []
    for sentence, after in _sentences(body):
        phrases = replies_in(sentence)
        runs = [m["run"] or m["dotted"] for m in _LIST_IN_SENTENCE.finditer(sentence)]
        if len(phrases) == 1 and phrases[0].position:
            said = replace(phrases[0], implementation=_implementation(after))
            place = single_spaced(sentence)[:60]
            replies += [Reply(n, said, place) for run in runs for n in numbers_in(run, paragraph)]
    return replies


def _implementation(after: str) -> str:
    """What the sentence behind a list says of the implementation of all that is listed."""
    said = answer_in(after) if re.search(r"\bconsiders\b.{0,20}\b(?:they|these|them)\b", after) else None
    return said.implementation if said else ""


def _sentences(body: str) -> Iterator[tuple[str, str]]:
    """Each sentence with the one behind it; a heading and the paragraph under it are not one."""
    for block in re.split(r"\n\s*\n|\n(?=[ \t]*\d{1,2}\.[ \t]+[A-Z])", body):
        sentences = _SENTENCE.split(single_spaced(block))
        yield from zip(sentences, [*sentences[1:], ""], strict=True)


def _headed(body: str, paragraph: str) -> tuple[list[Reply], list[Unread]]:
    """The answers in passages that their numbers head; beside dotted numbers, bare ones are paragraphs."""
    replies: list[Reply] = []
    unread: list[Unread] = []
    dotted = any(re.search(_DOTTED, run) for run, _ in _passages(body))
    for run, words in _passages(body):
        if dotted and not re.search(_DOTTED, run):
            continue
        numbers, place = numbers_in(run, paragraph), single_spaced(run).rstrip(",")
        if said := _answer(words):
            replies += [Reply(number, said, place) for number in numbers]
        else:
            unread.append(Unread(place, words[:80], IN_PROSE))
    return replies, unread


def _answer(words: str) -> Phrase | None:
    """The answer that a passage begins with, or gives in its first sentences and nowhere takes back."""
    phrases = replies_in(words)
    first = replies_in(" ".join(_SENTENCE.split(words)[:_SENTENCES_READ]))
    certain = len(phrases) == 1 and first and phrases[0].position != "unclear"
    return stance_of(words) or (phrases[0] if certain else None)


def _passages(body: str) -> Iterator[tuple[str, str]]:
    """Numbers, and the text up to the next numbers; in a table, numbers may go on in the next line."""
    heads = [m for m in _HEADED.finditer(body) if m["points"] or m["stop"] or m["rest"].strip() == ""]
    ends = [m.start() for m in heads[1:]] + [len(body)]
    run = words = ""
    for head, end in zip(heads, ends, strict=True):
        numbers, text = _run_of(head), single_spaced(body[head.end() : end])
        if run.endswith(","):
            run, words = f"{run} {numbers}", f"{words} {text}"
            continue
        if run:
            yield run, words
        run, words = numbers, text
    if run:
        yield run, words


def _run_of(head: re.Match[str]) -> str:
    return (head["points"] or head["run"] + head["stop"]).strip()


def _certain(replies: list[Reply], unread: list[Unread]) -> tuple[list[Reply], list[Unread]]:
    """Without the numbers that are answered in two ways; one without its list paragraph is joined to the list later."""
    kept: dict[str, Reply] = {}
    twice: set[str] = set()
    for reply in replies:
        before = kept.setdefault(reply.number, reply)
        if before.phrase.position != reply.phrase.position:
            twice.add(reply.number)
    unread += [Unread(number, kept[number].phrase.found, TWO_ANSWERS) for number in sorted(twice)]
    return [r for r in kept.values() if r.number not in twice], unread
