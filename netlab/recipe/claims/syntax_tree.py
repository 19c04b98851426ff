"""What a check means: comparisons of expressions over variants' measures, as immutable values."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from netlab.errors import CheckError

ComparisonSign = Literal["<", "<=", ">", ">=", "==", "!="]
ArithmeticSign = Literal["+", "-", "*", "/"]
FunctionName = Literal["abs", "min", "max"]

SIGNS: dict[str, ComparisonSign] = {
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "==": "==",
    "!=": "!=",
}
OPERATORS: dict[str, ArithmeticSign] = {"+": "+", "-": "-", "*": "*", "/": "/"}
FUNCTIONS: dict[str, FunctionName] = {"abs": "abs", "min": "min", "max": "max"}
ABOUT = "about"
UNQUOTED_NAME = re.compile(r"\w[\w+-]*")
"""A variant's name that needs no back-quotes."""


@dataclass(frozen=True)
class Constant:
    """A constant."""

    value: float

    def __str__(self) -> str:
        return repr(self.value).removesuffix(".0")


@dataclass(frozen=True)
class MeasureRef:
    """A measure of a variant."""

    variant: str
    measure: str

    def __str__(self) -> str:
        plain = UNQUOTED_NAME.fullmatch(self.variant) is not None
        return f"{self.variant if plain else f'`{self.variant}`'}.{self.measure}"


@dataclass(frozen=True)
class Negate:
    """An expression with its sign turned."""

    operand: CheckExpression

    def __str__(self) -> str:
        return f"-{_operand(self.operand)}"


@dataclass(frozen=True)
class BinaryOp:
    """A sum, difference, product or quotient."""

    left: CheckExpression
    sign: ArithmeticSign
    right: CheckExpression

    def __str__(self) -> str:
        return f"{_operand(self.left)} {self.sign} {_operand(self.right)}"


@dataclass(frozen=True)
class Call:
    """A function of expressions."""

    function: FunctionName
    arguments: tuple[CheckExpression, ...]

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.arguments))})"


CheckExpression = Constant | MeasureRef | Negate | BinaryOp | Call


@dataclass(frozen=True)
class Margin:
    """How far apart is still about the same."""

    amount: float
    """In the unit of what is compared or, if `relative`, in percent of the right side."""
    relative: bool

    def __str__(self) -> str:
        return f"{Constant(self.amount)}{'%' if self.relative else ''}"

    def width_at(self, right: float) -> float:
        """The margin where the right side is `right`."""
        return abs(right) * self.amount / 100 if self.relative else self.amount


@dataclass(frozen=True)
class Comparison:
    """That one expression is below, above or equal to another."""

    left: CheckExpression
    sign: ComparisonSign
    right: CheckExpression

    def __str__(self) -> str:
        return f"{self.left} {self.sign} {self.right}"


@dataclass(frozen=True)
class ApproxEqual:
    """That two expressions differ by less than a margin."""

    left: CheckExpression
    right: CheckExpression
    margin: Margin

    def __str__(self) -> str:
        return f"{ABOUT}({self.left}, {self.right}, {self.margin})"


Clause = Comparison | ApproxEqual


@dataclass(frozen=True)
class Check:
    """The parts of a check, all of which it states."""

    clauses: tuple[Clause, ...]

    def __str__(self) -> str:
        return " and ".join(map(str, self.clauses))

    @property
    def measure_refs(self) -> tuple[MeasureRef, ...]:
        """Every measure that it names, each once, in the order of writing."""
        return tuple(dict.fromkeys(one for part in self.clauses for one in measure_refs_in(part)))


def measure_refs_in(what: CheckExpression | Clause) -> Iterator[MeasureRef]:
    """The measures that an expression or comparison names, in the order of writing."""
    if isinstance(what, MeasureRef):
        yield what
    elif isinstance(what, Negate):
        yield from measure_refs_in(what.operand)
    elif isinstance(what, BinaryOp | Comparison | ApproxEqual):
        yield from measure_refs_in(what.left)
        yield from measure_refs_in(what.right)
    elif isinstance(what, Call):
        for argument in what.arguments:
            yield from measure_refs_in(argument)


def calls_in(what: CheckExpression | Clause) -> Iterator[Call]:
    """The functions that an expression or comparison calls, the outer before the inner."""
    if isinstance(what, Negate):
        yield from calls_in(what.operand)
    elif isinstance(what, BinaryOp | Comparison | ApproxEqual):
        yield from calls_in(what.left)
        yield from calls_in(what.right)
    elif isinstance(what, Call):
        yield what
        for argument in what.arguments:
            yield from calls_in(argument)


def is_constant(what: CheckExpression | Clause) -> bool:
    """Whether it names no measure."""
    return next(measure_refs_in(what), None) is None


def evaluate(what: CheckExpression, value_of: Callable[[MeasureRef], float]) -> float:
    """The value of an expression where `value_of` gives that of each measure.

    Raises `CheckError` where it divides by zero or leaves the range of numbers.
    """
    result = _evaluate(what, value_of)
    if not math.isfinite(result):
        raise CheckError("its value is beyond all numbers", str(what))
    return result


def _evaluate(what: CheckExpression, value_of: Callable[[MeasureRef], float]) -> float:
    if isinstance(what, Constant):
        return what.value
    if isinstance(what, MeasureRef):
        return float(value_of(what))
    if isinstance(what, Negate):
        return -_evaluate(what.operand, value_of)
    if isinstance(what, Call):
        return _call(what.function, [_evaluate(one, value_of) for one in what.arguments])
    left, right = _evaluate(what.left, value_of), _evaluate(what.right, value_of)
    return _operate(what, left, right)


def _call(function: FunctionName, arguments: list[float]) -> float:
    if function == "abs":
        return abs(arguments[0])
    return min(arguments) if function == "min" else max(arguments)


def _operate(what: BinaryOp, left: float, right: float) -> float:
    if what.sign == "+":
        return left + right
    if what.sign == "-":
        return left - right
    if what.sign == "*":
        return left * right
    if not right:
        raise CheckError("divides by zero", str(what))
    return left / right


def _operand(what: CheckExpression) -> str:
    """An operand, in brackets where it would else be read another way."""
    return f"({what})" if isinstance(what, BinaryOp | Negate) else str(what)
