"""What a check means: comparisons of expressions over variants' measures, as immutable values."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from netlab.errors import CheckError

Sign = Literal["<", "<=", ">", ">=", "==", "!="]
Operator = Literal["+", "-", "*", "/"]
Function = Literal["abs", "min", "max"]

SIGNS: dict[str, Sign] = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "==": "==", "!=": "!="}
OPERATORS: dict[str, Operator] = {"+": "+", "-": "-", "*": "*", "/": "/"}
FUNCTIONS: dict[str, Function] = {"abs": "abs", "min": "min", "max": "max"}
ABOUT = "about"
PLAIN_NAME = re.compile(r"\w[\w+-]*")
"""A variant's name that needs no back-quotes."""


@dataclass(frozen=True)
class Number:
    """A constant."""

    value: float

    def __str__(self) -> str:
        return repr(self.value).removesuffix(".0")


@dataclass(frozen=True)
class Value:
    """A measure of a variant."""

    variant: str
    measure: str

    def __str__(self) -> str:
        plain = PLAIN_NAME.fullmatch(self.variant) is not None
        return f"{self.variant if plain else f'`{self.variant}`'}.{self.measure}"


@dataclass(frozen=True)
class Negative:
    """An expression with its sign turned."""

    of: Expression

    def __str__(self) -> str:
        return f"-{_operand(self.of)}"


@dataclass(frozen=True)
class Operation:
    """A sum, difference, product or quotient."""

    left: Expression
    sign: Operator
    right: Expression

    def __str__(self) -> str:
        return f"{_operand(self.left)} {self.sign} {_operand(self.right)}"


@dataclass(frozen=True)
class Call:
    """A function of expressions."""

    function: Function
    arguments: tuple[Expression, ...]

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.arguments))})"


Expression = Number | Value | Negative | Operation | Call


@dataclass(frozen=True)
class Margin:
    """How far apart is still about the same."""

    amount: float
    """In the unit of what is compared or, if `relative`, in percent of the right side."""
    relative: bool

    def __str__(self) -> str:
        return f"{Number(self.amount)}{'%' if self.relative else ''}"

    def beside(self, right: float) -> float:
        """The margin where the right side is `right`."""
        return abs(right) * self.amount / 100 if self.relative else self.amount


@dataclass(frozen=True)
class Comparison:
    """That one expression is below, above or equal to another."""

    left: Expression
    sign: Sign
    right: Expression

    def __str__(self) -> str:
        return f"{self.left} {self.sign} {self.right}"


@dataclass(frozen=True)
class About:
    """That two expressions differ by less than a margin."""

    left: Expression
    right: Expression
    margin: Margin

    def __str__(self) -> str:
        return f"{ABOUT}({self.left}, {self.right}, {self.margin})"


Part = Comparison | About


@dataclass(frozen=True)
class Check:
    """The parts of a check, all of which it states."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return " and ".join(map(str, self.parts))

    @property
    def values(self) -> tuple[Value, ...]:
        """Every measure that it names, each once, in the order of writing."""
        return tuple(dict.fromkeys(one for part in self.parts for one in values_of(part)))


def values_of(what: Expression | Part) -> Iterator[Value]:
    """The measures that an expression or comparison names, in the order of writing."""
    if isinstance(what, Value):
        yield what
    elif isinstance(what, Negative):
        yield from values_of(what.of)
    elif isinstance(what, Operation | Comparison | About):
        yield from values_of(what.left)
        yield from values_of(what.right)
    elif isinstance(what, Call):
        for argument in what.arguments:
            yield from values_of(argument)


def calls_of(what: Expression | Part) -> Iterator[Call]:
    """The functions that an expression or comparison calls, the outer before the inner."""
    if isinstance(what, Negative):
        yield from calls_of(what.of)
    elif isinstance(what, Operation | Comparison | About):
        yield from calls_of(what.left)
        yield from calls_of(what.right)
    elif isinstance(what, Call):
        yield what
        for argument in what.arguments:
            yield from calls_of(argument)


def is_constant(what: Expression | Part) -> bool:
    """Whether it names no measure."""
    return next(values_of(what), None) is None


def evaluate(what: Expression, value_of: Callable[[Value], float]) -> float:
    """The value of an expression where `value_of` gives that of each measure.

    Raises `CheckError` where it divides by zero or leaves the range of numbers.
    """
    result = _evaluate(what, value_of)
    if not math.isfinite(result):
        raise CheckError("its value is beyond all numbers", str(what))
    return result


def _evaluate(what: Expression, value_of: Callable[[Value], float]) -> float:
    if isinstance(what, Number):
        return what.value
    if isinstance(what, Value):
        return float(value_of(what))
    if isinstance(what, Negative):
        return -_evaluate(what.of, value_of)
    if isinstance(what, Call):
        return _call(what.function, [_evaluate(one, value_of) for one in what.arguments])
    left, right = _evaluate(what.left, value_of), _evaluate(what.right, value_of)
    return _operate(what, left, right)


def _call(function: Function, arguments: list[float]) -> float:
    if function == "abs":
        return abs(arguments[0])
    return min(arguments) if function == "min" else max(arguments)


def _operate(what: Operation, left: float, right: float) -> float:
    if what.sign == "+":
        return left + right
    if what.sign == "-":
        return left - right
    if what.sign == "*":
        return left * right
    if not right:
        raise CheckError("divides by zero", str(what))
    return left / right


def _operand(what: Expression) -> str:
    """An operand, in brackets where it would else be read another way."""
    return f"({what})" if isinstance(what, Operation | Negative) else str(what)
