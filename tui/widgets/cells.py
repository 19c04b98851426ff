"""Text in a fixed number of cells."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def fit_width(text: str, width: int, *, ascii: bool = False) -> str:  # noqa: A002
    """`text` filled up with spaces, or shortened with an ellipsis, to `width` cells.

    Control characters would move the terminal's cursor, and so would signs that turn the direction
    of writing: none is left.
    """
    text = "".join(char for char in text if char.isprintable())
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    more = "..." if ascii else "…"
    return set_cell_size(text, max(0, width - len(more))) + more[:width]
