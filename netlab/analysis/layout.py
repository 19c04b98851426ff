"""Python values and calls as text, broken into lines as ruff and black would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 100
"""Columns of a line."""


@dataclass(frozen=True)
class Group:
    """Expressions in brackets, such as the arguments of a call."""

    head: str
    """What stands before them, the bracket included: `Spec(`."""
    parts: tuple[Expression, ...]
    tail: str = ")"
    between: str = ", "

    @property
    def end(self) -> str:
        """What follows each part that has a line to itself."""
        return self.between.rstrip()


Expression = str | Group


def call(name: str, *parts: Expression) -> Group:
    """`name(part, part)`."""
    return Group(f"{name}(", parts)


def keyword(name: str, value: Expression) -> Expression:
    """`name=value`."""
    if isinstance(value, str):
        return f"{name}={value}"
    return Group(f"{name}={value.head}", value.parts, value.tail, value.between)


def repeated(part: Expression, count: int) -> Group:
    """`*(part for _ in range(count))`."""
    return Group("*(", (part, f"for _ in range({count})"), ")", " ")


def sequence(parts: Iterable[Expression]) -> Group:
    """A tuple."""
    found = tuple(parts)
    return Group("(", found, ",)" if len(found) == 1 else ")")


def literal(value: object) -> str:
    """A number, a word, a truth value or None; strings in double quotes. Raises `TypeError`."""
    if isinstance(value, str):
        quoted = repr(value)
        swapped = quoted[0] == "'" and '"' not in quoted
        return f'"{quoted[1:-1]}"' if swapped else quoted
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    raise TypeError(f"{value!r} has no plain literal")


def flat(expression: Expression) -> str:
    """`expression` on one line."""
    if isinstance(expression, str):
        return expression
    inside = expression.between.join(flat(part) for part in expression.parts)
    return f"{expression.head}{inside}{expression.tail}"


def laid_out(expression: Expression, indent: int, *, before: int = 0, after: int = 0) -> str:
    """`expression` as text inside a block that is indented by `indent` columns.

    Lines end within `WIDTH` columns where brackets allow it. `before` and `after` count what else
    stands on the first line before, and on the last line behind the expression.
    """
    line = flat(expression)
    if isinstance(expression, str) or indent + before + len(line) + after <= WIDTH:
        return line
    inner = " " * (indent + 4)
    joined = expression.between.join(flat(part) for part in expression.parts)
    if len(inner) + len(joined) <= WIDTH:
        body = f"{inner}{joined}\n"
    else:
        end = expression.end
        body = "".join(
            f"{inner}{laid_out(part, len(inner), after=len(end))}{end}\n"
            for part in expression.parts
        )
    return f"{expression.head}\n{body}{' ' * indent}{expression.tail.lstrip(',')}"
