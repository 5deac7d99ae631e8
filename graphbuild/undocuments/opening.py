"""The first paragraphs of a report: when the review was held, when its report was adopted, by whom and with whom."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphbuild.undocuments.masthead import day
from graphbuild.undocuments.phrases import office_in
from graphbuild.undocuments.wording import code_of, single_spaced, states_in

_HELD = re.compile(r"\breview\s+of\s+[^;]{2,80}?(?:was|were)\s+held\b(.{0,120})", re.I)
_ADOPTED = re.compile(r"\b[Aa]t\s+(?:its|the)\s+([^;]{0,90}?),?\s+the\s+Working\s+Group\s+adopted")
_TROIKA = re.compile(r"\(\s*troika\s*\)[^:]{0,120}:\s*([^;]{3,200}?)\.\s")
_HEADED = re.compile(
    r"\bdelegation\b[^.;]{0,80}?\b(?:headed|led)(?:\s+by)?\s+(.{3,400}?)(?=\s+For\s+the\s|\.\s+At\s+(?:its|the)\s|$)"
)
_TITLES = re.compile(
    r"\b(?:H\.\s?E\.|S\.\s?E\.|His\s+Excellency|Her\s+Excellency|Mr\.?|Ms\.?|Mrs\.?|Miss|Dr\.?|Prof\.?|Sir|Dame)(?=[\s,]),?\s*"
)


@dataclass(frozen=True)
class Opening:
    """Dates in EDTF, alpha-3 codes of the troika, the office of the head of delegation; empty where not stated."""

    date: str = ""
    report_adopted: str = ""
    troika: tuple[str, ...] = ()
    head_of_delegation: str = ""


def read_opening(text: str) -> Opening:
    """What the first paragraphs of a report say of the review; names of persons are left out."""
    words = single_spaced(text[_beginning(text) :][:4000])
    held, adopted = _HELD.search(words), _ADOPTED.search(words)
    return Opening(
        day(held[1]) if held else "",
        day(adopted[1]) if adopted else "",
        _troika(words),
        _head(words),
    )


def _beginning(text: str) -> int:
    found = re.search(r"established\s+in\s+accordance\s+with", text)
    return found.start() if found else 0


def _troika(words: str) -> tuple[str, ...]:
    """The three states, or nothing if one of them cannot be read."""
    found = _TROIKA.search(words)
    names, unknown = states_in(found[1]) if found else ([], [])
    return () if unknown else tuple(map(code_of, names))


def _head(words: str) -> str:
    """The office of the head of delegation: before the name or behind it, never the name."""
    found = _HEADED.search(words)
    if not found:
        return ""
    led = _TITLES.sub("", found[1])
    _, _, behind = led.partition(",")
    return office_in(led) or office_in(behind)
