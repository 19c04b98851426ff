"""What a check means, as a tree of immutable values: clauses that compare expressions."""

from __future__ import annotations

import math
import operator
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
    """Minus an expression."""

    operand: CheckExpression

    def __str__(self) -> str:
        return f"-{_in_brackets(self.operand)}"


@dataclass(frozen=True)
class BinaryOp:
    """A sum, difference, product or quotient."""

    left: CheckExpression
    sign: ArithmeticSign
    right: CheckExpression

    def __str__(self) -> str:
        return f"{_in_brackets(self.left)} {self.sign} {_in_brackets(self.right)}"


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
    """How far apart two values may be and still be about the same."""

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
    """One expression is below, above or equal to another."""

    left: CheckExpression
    sign: ComparisonSign
    right: CheckExpression

    def __str__(self) -> str:
        return f"{self.left} {self.sign} {self.right}"


@dataclass(frozen=True)
class ApproxEqual:
    """Two expressions differ by less than a margin."""

    left: CheckExpression
    right: CheckExpression
    margin: Margin

    def __str__(self) -> str:
        return f"{ABOUT}({self.left}, {self.right}, {self.margin})"


Clause = Comparison | ApproxEqual


@dataclass(frozen=True)
class Check:
    """Clauses, all of which the check states."""

    clauses: tuple[Clause, ...]

    def __str__(self) -> str:
        return " and ".join(map(str, self.clauses))

    @property
    def measure_refs(self) -> tuple[MeasureRef, ...]:
        """Every measure that it names, each once, in the order of writing."""
        return tuple(dict.fromkeys(one for part in self.clauses for one in measure_refs_in(part)))


Node = CheckExpression | Clause


def nodes_in(node: Node) -> Iterator[Node]:
    """The node and all in it, the outer before the inner, in the order of writing."""
    yield node
    match node:
        case Negate(operand):
            yield from nodes_in(operand)
        case BinaryOp(left, _, right) | Comparison(left, _, right) | ApproxEqual(left, right, _):
            yield from nodes_in(left)
            yield from nodes_in(right)
        case Call(_, arguments):
            for argument in arguments:
                yield from nodes_in(argument)


def measure_refs_in(node: Node) -> Iterator[MeasureRef]:
    """The measures that it names, in the order of writing."""
    return (found for found in nodes_in(node) if isinstance(found, MeasureRef))


def calls_in(node: Node) -> Iterator[Call]:
    """The functions that it calls, the outer before the inner."""
    return (found for found in nodes_in(node) if isinstance(found, Call))


def is_constant(node: Node) -> bool:
    """Whether it names no measure."""
    return next(measure_refs_in(node), None) is None


def evaluate(expression: CheckExpression, value_of: Callable[[MeasureRef], float]) -> float:
    """The value of an expression where `value_of` gives that of each measure.

    Raises `CheckError` where it divides by zero or leaves the range of numbers.
    """
    result = _evaluate(expression, value_of)
    if not math.isfinite(result):
        raise CheckError("its value is beyond all numbers", str(expression))
    return result


def _evaluate(expression: CheckExpression, value_of: Callable[[MeasureRef], float]) -> float:
    match expression:
        case Constant(value):
            return value
        case MeasureRef():
            return float(value_of(expression))
        case Negate(operand):
            return -_evaluate(operand, value_of)
        case Call(function, arguments):
            values = [_evaluate(argument, value_of) for argument in arguments]
            return abs(values[0]) if function == "abs" else _FUNCTIONS[function](values)
        case BinaryOp(left, sign, right):
            numbers = _evaluate(left, value_of), _evaluate(right, value_of)
            if sign == "/" and not numbers[1]:
                raise CheckError("divides by zero", str(expression))
            return _OPERATIONS[sign](*numbers)


_FUNCTIONS: dict[str, Callable[[list[float]], float]] = {"min": min, "max": max}
_OPERATIONS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def _in_brackets(operand: CheckExpression) -> str:
    """An operand, in brackets where it would otherwise be read another way."""
    return f"({operand})" if isinstance(operand, BinaryOp | Negate) else str(operand)
