"""Plain text out of Markdown, as databases keep it for display: the words stay, the marks go."""

from __future__ import annotations

import html
import re

_BLOCK = re.compile(r"^[ \t]*(?:#{1,6}|>|[-*+])[ \t]+", re.M)
_RULE = re.compile(r"^[ \t]*(?:[-*_][ \t]*){3,}$", re.M)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
#: Between two marks stands no third that begins something: no text is gone through again from each of its marks.
_STRONG = re.compile(r"(\*\*|__)(?=\S)((?:(?!(?<!\S)\1(?=\S)).)+?)(?<=\S)\1", re.S)
_EMPHASIS = re.compile(
    r"(?<![\w*_\\])([*_])(?=[^\s*_])((?:(?!(?<![\w*_\\])\1(?=[^\s*_])).)+?)(?<=[^\s*_\\])\1(?![\w*_])", re.S
)
_TAG = re.compile(r"</?(?:a|b|blockquote|br|div|em|i|li|ol|p|span|strong|sub|sup|u|ul)\b[^<>]*>", re.I)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!>~|-])")


def plain(text: str) -> str:
    """The words of a text in Markdown, on one line. Numbers of lists stay: they may be numbers of paragraphs.

    >>> plain("## Title\\n\\n- **Ratify** the _[Covenant](https://example.org/c)_ &amp; report\\\\.")
    'Title Ratify the Covenant & report.'
    >>> plain("95.1 Keep snake_case, 2 * 3 * 4 and A<B")
    '95.1 Keep snake_case, 2 * 3 * 4 and A<B'
    """
    text = _BLOCK.sub("", _RULE.sub("", text))
    text = _LINK.sub(r"\1", text)
    for mark in (_STRONG, _EMPHASIS):
        text = mark.sub(r"\2", text)
    text = _ESCAPED.sub(r"\1", _TAG.sub(" ", text))
    return " ".join(html.unescape(text).split())
