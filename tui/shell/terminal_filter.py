"""Filters rendered lines: removes control characters, and draws signs in ASCII on request.

Rendered lines contain the text of every widget, also of Textual's own. A replacement has as many
cells as the replaced characters, so that lines keep their widths.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_SIGNS_BY_ASCII = {
    "-": "─━┄┅┈┉╌╍═╴╶╸╺╼╾▔−–—‐‑",
    "|": "│┃┆┇┊┋╎╏║╵╷╹╻╽╿▊▍▎▏▕·‖↕",
    "/": "╱",
    "\\": "╲",
    "X": "╳",
    "_": "▁▂▃",
    ":": "░▒▓",
    "~": "…≈±",
    "x": "×",
    "!": "✗",
    "+": "✓",
    '"': "“”",
    "'": "‘’",
    ">": "→›▶▸⏎≥",
    "<": "←‹◀≤",
    "^": "↑▲",
    "v": "↓▼▾",
    "*": "◆●■★•⭑",
    "o": "◇○□☆△▽⭘◦",
    "d": "Δ",
    "?": "\ufffd",
    "> ": "🔎",
}
ASCII_SIGNS: dict[int, str] = {
    **dict.fromkeys(range(0x2500, 0x2580), "+"),
    **dict.fromkeys(range(0x2580, 0x25A0), "#"),
    **{ord(sign): instead for instead, signs in _SIGNS_BY_ASCII.items() for sign in signs},
}
"""Sign that netlab or Textual draws → ASCII sign. Letters are not replaced."""

SURROGATES = range(0xD800, 0xE000)
UNSAFE_CHARS: dict[int, str | None] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)),
    **dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2066, 0x2067)),
    **dict.fromkeys(SURROGATES, "\ufffd"),
}
"""Characters that move the cursor, change the writing direction, or cannot be encoded (surrogates).
Only surrogates take cells. U+2068 and U+2069, which isolate right-to-left text, are allowed."""


class TerminalFilter(LineFilter):
    """Removes unsafe characters from every line, and draws signs in ASCII on request."""

    def __init__(self, *, ascii: bool) -> None:  # noqa: A002
        super().__init__()
        self._ascii = ascii
        self._table = (
            {**UNSAFE_CHARS, **ASCII_SIGNS, **dict.fromkeys(SURROGATES, "?")}
            if ascii
            else UNSAFE_CHARS
        )

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002
        return [self._filtered(segment) for segment in segments]

    def _filtered(self, segment: Segment) -> Segment:
        text, style, control = segment
        if control or (text.isprintable() and (text.isascii() or not self._ascii)):
            return segment
        return Segment(text.translate(self._table), style)
