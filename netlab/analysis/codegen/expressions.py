"""Python values and calls as text, with line breaks as ruff formats them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LINE_WIDTH = 100


@dataclass(frozen=True)
class BracketGroup:
    """Expressions in brackets, such as the arguments of a call."""

    head: str
    """The text before them, with the opening bracket: `Spec(`."""
    parts: tuple[CodeExpression, ...]
    tail: str = ")"
    between: str = ", "

    @property
    def end(self) -> str:
        """The separator after a part that is alone on its line."""
        return self.between.rstrip()


CodeExpression = str | BracketGroup


def call(name: str, *parts: CodeExpression) -> BracketGroup:
    """`name(part, part)`."""
    return BracketGroup(f"{name}(", parts)


def keyword(name: str, value: CodeExpression) -> CodeExpression:
    """`name=value`."""
    if isinstance(value, str):
        return f"{name}={value}"
    return BracketGroup(f"{name}={value.head}", value.parts, value.tail, value.between)


def repeat_expression(part: CodeExpression, count: int) -> BracketGroup:
    """`*(part for _ in range(count))`."""
    return BracketGroup("*(", (part, f"for _ in range({count})"), ")", " ")


def tuple_expression(parts: Iterable[CodeExpression]) -> BracketGroup:
    """A tuple."""
    found = tuple(parts)
    return BracketGroup("(", found, ",)" if len(found) == 1 else ")")


def literal(value: object) -> str:
    """A string (in double quotes), number, bool or None as source. Raises `TypeError`."""
    if isinstance(value, str):
        quoted = repr(value)
        swapped = quoted[0] == "'" and '"' not in quoted
        return f'"{quoted[1:-1]}"' if swapped else quoted
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    raise TypeError(f"{value!r} has no plain literal")


def on_one_line(expression: CodeExpression) -> str:
    """`expression` on one line."""
    if isinstance(expression, str):
        return expression
    inside = expression.between.join(on_one_line(part) for part in expression.parts)
    return f"{expression.head}{inside}{expression.tail}"


def format_expression(
    expression: CodeExpression, indent: int, *, before: int = 0, after: int = 0
) -> str:
    """`expression` as text inside a block that is indented by `indent` columns.

    Lines fit into `LINE_WIDTH` columns if brackets allow it. `before` and `after` are the widths of
    other text before the first and after the last line.
    """
    line = on_one_line(expression)
    if isinstance(expression, str) or indent + before + len(line) + after <= LINE_WIDTH:
        return line
    inner = " " * (indent + 4)
    joined = expression.between.join(on_one_line(part) for part in expression.parts)
    if len(inner) + len(joined) <= LINE_WIDTH:
        body = f"{inner}{joined}\n"
    else:
        end = expression.end
        body = "".join(
            f"{inner}{format_expression(part, len(inner), after=len(end))}{end}\n"
            for part in expression.parts
        )
    return f"{expression.head}\n{body}{' ' * indent}{expression.tail.lstrip(',')}"
