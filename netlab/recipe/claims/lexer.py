"""The text of a check as tokens. Nothing in it is ever executed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast

from netlab.errors import CheckError

MAX_CHECK_CHARS = 400

TokenKind = Literal["value", "number", "percent", "word", "sign", "end"]

_NUMBER = r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?"
_TOKEN = re.compile(
    rf"""
      (?P<value>(?:`[^`]+`|\w[\w+-]*)\.[^\W\d]\w*)
    | (?P<percent>{_NUMBER}[ ]*%)
    | (?P<number>{_NUMBER})
    | (?P<word>[^\W\d][\w+-]*)
    | (?P<sign>[<>=!]=|[-+*/<>(),])
    """,
    re.VERBOSE,
)
_ASCII_SPELLING = {
    "≤": "'<='", "≥": "'>='", "≠": "'!='", "=": "'=='", "×": "'*'", "·": "'*'", "−": "'-'",
    "–": "'-'", "÷": "'/'", "&": "'and'", "±": "about(a, b, margin)", "≈": "about(a, b, margin)",
    "%": "3% as the margin of about()",
}  # fmt: skip
"""How to write what people type by habit."""


@dataclass(frozen=True)
class Token:
    """A piece of the text. A `value` is a variant's measure, in one piece: `groups-2.params`."""

    kind: TokenKind
    text: str


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of `text`, the last of which is the `end`. Raises `CheckError`."""
    if len(text) > MAX_CHECK_CHARS:
        raise CheckError(f"is {len(text)} characters long: at most {MAX_CHECK_CHARS} are allowed")
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _unreadable(text, at)
        found.append(Token(cast("TokenKind", match.lastgroup), match.group()))
        at = match.end()
    return (*found, Token("end", ""))


def variant_and_measure(token: Token) -> tuple[str, str]:
    """What a `value` names; back-quotes around the variant are not part of its name."""
    variant, _, measure = token.text.rpartition(".")
    return variant.strip("`"), measure


def _unreadable(text: str, at: int) -> CheckError:
    sign = text[at]
    if sign in _ASCII_SPELLING:
        return CheckError(f"'{sign}' is no sign here: write {_ASCII_SPELLING[sign]}", text[at:])
    if sign == "`":
        return CheckError("a name in back-quotes goes on as `NAME`.MEASURE", text[at:])
    return CheckError(f"'{sign}' has no meaning in a check", text[at:])
