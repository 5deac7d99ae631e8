"""The text of the pages of a PDF file, read in a process of its own."""

from __future__ import annotations

from graphbuild.files.apart import answer, apart


def pages_of(content: bytes) -> list[str]:
    """The text of each page; ApartError if the file is damaged or wants too much memory or time."""
    found: list[str] = apart(__name__, content, len(content))
    return found


def _read(content: bytes) -> list[str]:
    import pypdfium2

    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]


if __name__ == "__main__":
    import pypdfium2

    answer(_read, (pypdfium2.PdfiumError,))
