"""Makes names, questions and messages of any origin safe for one line of output."""

from __future__ import annotations

import unicodedata

BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Characters that reorder the text around them."""
ISOLATE, END_ISOLATE = "\u2068", "\u2069"


def sanitize(text: str) -> str:
    """`text` on one line, without control characters and characters that reorder other text.

    Lone surrogates, which no encoding can write, become U+FFFD. Text that runs from right to
    left is wrapped in Unicode isolates, so that the columns next to it keep their places.
    """
    line = " ".join(text.split())
    kept = "".join(
        "\ufffd" if unicodedata.category(char) == "Cs" else char
        for char in line
        if unicodedata.category(char) != "Cc" and char not in BIDI_CONTROLS
    )
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in kept):
        return f"{ISOLATE}{kept}{END_ISOLATE}"
    return kept


def display_width(text: str) -> int:
    """Terminal columns that `text` takes: two for wide characters, none for joined ones."""
    from rich.cells import cell_len

    return cell_len(text.replace(ISOLATE, "").replace(END_ISOLATE, ""))


def pad_to_width(text: str, columns: int, *, right: bool) -> str:
    """`text` filled with blanks to `columns`: on its left if `right`, else on its right."""
    blanks = " " * (columns - display_width(text))
    return blanks + text if right else text + blanks
