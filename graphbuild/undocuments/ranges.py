"""Lists of numbers and ranges, as addenda write them, one by one.

Seen are 122.17-18, 122.34- 35, a range broken over two lines, 122.141-144,122.146,
140.35. 140.36, 150 – 152, Nos. 7, 8 and 9: hyphens and dashes of every length, and
a paragraph that is written once or with every number.
"""

from __future__ import annotations

import re

#: A list is longer than this only by mistake.
LONGEST = 400
_NUMBER = r"(?:(\d{1,3})\.)?(\d{1,3})"
_RANGE = re.compile(rf"(?<![\d.,/-]){_NUMBER}(?:\s*[-–—−]\s*{_NUMBER})?(?![\d/])(?!\.\d)")


def numbers_in(text: str, paragraph: str = "") -> list[str]:
    """The numbers of recommendations in a text, ranges written out; `paragraph` is put before bare ones.

    Raises ValueError with a sentence if a range runs backwards or over paragraphs.

    >>> numbers_in("122.17-18, 122.34- 35 and 122.62-\\n64")
    ['122.17', '122.18', '122.34', '122.35', '122.62', '122.63', '122.64']
    >>> numbers_in("5., 6., 8 – 10", "111")
    ['111.5', '111.6', '111.8', '111.9', '111.10']
    """
    found: dict[str, None] = {}
    for match in _RANGE.finditer(re.sub(r"(?<=\d)\.(?=\s|,|$)", " ", text).replace(",", ", ")):
        prefix = match[1] or paragraph
        for number in _each(match[0], int(match[2]), int(match[4] or match[2])):
            found[f"{prefix}.{number}" if prefix else str(number)] = None
        if match[3] and match[1] and match[3] != match[1]:
            raise ValueError(f"the range {match[0]!r} runs over two paragraphs")
    return list(found)


def _each(written: str, first: int, last: int) -> range:
    if last < first or last - first > LONGEST:
        raise ValueError(f"the range {' '.join(written.split())!r} runs backwards or too far")
    return range(first, last + 1)
