"""Text in a given number of terminal cells."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def fit_width(text: str, width: int, *, ascii: bool = False) -> str:  # noqa: A002
    """`text` padded with spaces, or shortened with an ellipsis, to exactly `width` cells.

    Characters that are not printable are removed, because control characters and marks of writing
    direction would move the terminal's cursor.
    """
    text = "".join(char for char in text if char.isprintable())
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    more = "..." if ascii else "…"
    return set_cell_size(text, max(0, width - len(more))) + more[:width]


def shorten(text: str, width: int, *, ascii: bool = False) -> str:  # noqa: A002
    """`text` unchanged if it fits into `width` cells, else shortened with an ellipsis."""
    return text if cell_len(text) <= width else fit_width(text, width, ascii=ascii)
