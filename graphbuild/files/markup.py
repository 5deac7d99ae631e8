"""Marked-up text as plain text: the words that a browser would show, each paragraph on a line of its own."""

from __future__ import annotations

import re
from html.parser import HTMLParser

#: Elements that begin a new line.
BLOCKS = {"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
#: Elements whose content is not for readers.
UNSEEN = {"script", "style", "head", "title"}

_MARKED_UP = re.compile(r"</?[a-zA-Z!][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen += tag in UNSEEN
        self._break_at(tag)

    def handle_endtag(self, tag: str) -> None:
        self.unseen -= tag in UNSEEN and self.unseen > 0
        self._break_at(tag)

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.said.append(data)

    def _break_at(self, tag: str) -> None:
        if tag in BLOCKS:
            self.said.append("\n")


def plain(text: str) -> str:
    """The text without tags and entities; spaces are single, and lines without words are dropped.

    >>> plain("<p>12. The&nbsp;Committee <b>urges</b></p><p>it &lt; all</p>")
    '12. The Committee urges\\nit < all'
    """
    words = _shown(text) if _MARKED_UP.search(text) else text
    lines = (" ".join(line.split()) for line in words.split("\n"))
    return "\n".join(line for line in lines if line)


def _shown(text: str) -> str:
    parser = _Words()
    parser.feed(text)
    parser.close()
    return "".join(parser.said)
