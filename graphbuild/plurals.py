"""Numbers with what they count, as people write them."""

from __future__ import annotations


def number_of(count: int, one: str, several: str = "") -> str:
    """A number and its noun, which has its plural by an s if no other is given.

    >>> number_of(1, "remark"), number_of(0, "remark"), number_of(1200, "entry", "entries")
    ('1 remark', '0 remarks', '1,200 entries')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"
