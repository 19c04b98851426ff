"""What the comparison of a clause has shown, in one sentence with its figures."""

from __future__ import annotations

import math
from typing import Literal

from netlab.format import pluralize
from netlab.measures import MEASURES, Measure
from netlab.recipe.claims.syntax_tree import (
    ApproxEqual,
    Call,
    CheckExpression,
    Clause,
    Constant,
    MeasureRef,
    Negate,
)
from netlab.recipe.study import BASELINE
from netlab.report.stats.intervals import Interval
from netlab.report.stats.power import MAX_REQUIRED_N
from netlab.report.verdicts.operands import Operands
from netlab.report.verdicts.verdict import ClauseVerdict, Pairing

MAX_SUBJECT_CHARS = 40
"""A sentence repeats an expression up to this length; a longer one is called `the left side`."""
MIN_SHOWN_P = 1e-4
INTERVAL_SIGNIFICANT_FIGURES = 2
"""Significant figures of an interval's half-width; its ends and its mean get as many decimals."""


def explain_test(
    operands: Operands, verdict: ClauseVerdict, interval: Interval, margin: float | None
) -> str:
    """How far apart the sides are, with interval, n and p, and what that decides."""
    amounts = _DifferenceFormat(operands.clause, (interval.high - interval.low) / 2)
    figures = ", ".join(
        [
            f"{verdict.confidence * 100:g} % CI {amounts.span(interval, operands.means)}",
            f"n = {operands.n} rounds" if operands.paired_by == "round" else f"n = {operands.n}",
            f"p {_p_text(verdict.p_adjusted)} after Holm",
        ]
    )
    sentence = f"{_difference_text(operands, amounts)} ({figures})"
    if margin is not None:
        where = {"supported": "within", "refuted": "beyond"}.get(verdict.kind, "not clearly within")
        sentence += f", {where} {amounts.written(margin)}"
    if verdict.kind != "inconclusive":
        return sentence
    parts = [sentence]
    if margin is None:
        parts.append("no clear difference")
    if verdict.min_detectable_effect is not None:
        parts.append(f"this study could have seen {amounts.amount(verdict.min_detectable_effect)}")
    return "; ".join([*parts, _required_n_text(verdict.required_n, operands.paired_by)])


def explain_direct_comparison(operands: Operands) -> str:
    """Both values, the right one with the expression it comes from, and how they compare."""
    clause, (left, right) = operands.clause, operands.means
    dimension = _dimension(clause)
    text = f"{_value_text(left, dimension)} against {_value_text(right, dimension)}"
    if isinstance(dimension, Measure):
        text = f"{dimension.label}: {text}"
    if not isinstance(clause.right, MeasureRef | Constant):
        text += f" = {clause.right}"
    elif left != right and min(left, right) > 0:
        percent = 100 * (left - right) / right
        text += f", {abs(percent):.3g} % {'higher' if percent > 0 else 'lower'}"
    if operands.paired_by == "exact":
        return text
    return f"{text} in each of {pluralize(operands.n, operands.paired_by)}"


def explain_no_spread(operands: Operands) -> str:
    """What is seen where every pair gives the same difference, so that there is no test."""
    left, right = operands.means
    difference = _difference_text(operands, _DifferenceFormat(operands.clause, abs(left - right)))
    by = operands.paired_by
    return f"{difference} with every {by} (n = {operands.n}): no spread, no test"


def _difference_text(operands: Operands, amounts: _DifferenceFormat) -> str:
    """`groups-4 is 3.2 pp lower`; `… than groups-2` where the right side is not the baseline."""
    clause, (left, right) = operands.clause, operands.means
    subject, other = _name(clause.left, "left"), _name(clause.right, "right")
    if left == right:
        return f"{subject} is equal to {other}"
    way = "higher" if left > right else "lower"
    text = f"{subject} is {amounts.amount(abs(left - right))} {way}"
    if isinstance(clause.right, MeasureRef) and clause.right.variant == BASELINE:
        return text
    return f"{text} than {other}"


def _name(side: CheckExpression, which: Literal["left", "right"]) -> str:
    if isinstance(side, MeasureRef):
        return side.variant
    text = str(side)
    return text if len(text) <= MAX_SUBJECT_CHARS else f"the {which} side"


def _p_text(p: float | None) -> str:
    return f"= {p:.2g}" if p is not None and p >= MIN_SHOWN_P else f"< {MIN_SHOWN_P:g}"


def _required_n_text(n: int | None, by: Pairing) -> str:
    if n is None:
        return f"more than {MAX_REQUIRED_N} {by}s would be needed to decide"
    return f"about {pluralize(n, by)} would decide"


class _DifferenceFormat:
    """How the differences of a clause are written, to `precision` and in the measure's unit."""

    def __init__(self, clause: Clause, precision: float) -> None:
        dimension = _dimension(clause)
        self._measure = dimension if isinstance(dimension, Measure) else None
        self._scale = self._measure.scale if self._measure else 1.0
        scaled = precision / self._scale
        magnitude = math.floor(math.log10(scaled)) if scaled > 0 else 0
        self._decimals = max(0, INTERVAL_SIGNIFICANT_FIGURES - 1 - magnitude)

    def amount(self, value: float) -> str:
        """A difference with its unit: `3.2 pp`."""
        return f"{self._number(value)}{self._unit}"

    def written(self, value: float) -> str:
        """A margin as the claim gives it, with its unit: `1 pp`."""
        return f"{value / self._scale:.4g}{self._unit}"

    def span(self, interval: Interval, means: tuple[float, float]) -> str:
        """The interval for how much higher or lower the left side is: `2.1 to 4.3`."""
        ends = (interval.low, interval.high)
        if means[0] < means[1]:
            ends = (-interval.high, -interval.low)
        return " to ".join(map(self._number, ends))

    def _number(self, value: float) -> str:
        text = f"{abs(value) / self._scale:.{self._decimals}f}"
        return f"−{text}" if value < 0 and float(text) else text

    @property
    def _unit(self) -> str:
        if self._measure is None or not self._measure.unit:
            return ""
        return " pp" if self._measure.unit == "%" else f" {self._measure.unit}"


Dimension = Measure | Literal["number", "mixed"]
"""The one measure that an expression is an amount of; a plain number; or neither."""


def _dimension(what: CheckExpression | Clause) -> Dimension:
    if isinstance(what, Constant):
        return "number"
    if isinstance(what, MeasureRef):
        return MEASURES[what.measure]
    if isinstance(what, Negate):
        return _dimension(what.operand)
    if isinstance(what, Call):
        return _common_dimension([_dimension(one) for one in what.arguments])
    left, right = _dimension(what.left), _dimension(what.right)
    sign = None if isinstance(what, ApproxEqual) else what.sign
    if sign == "*" and "number" not in {left, right}:
        return "mixed"
    if sign == "/" and right != "number":
        return "mixed"
    return _common_dimension([left, right])


def _common_dimension(dimensions: list[Dimension]) -> Dimension:
    kinds = {one for one in dimensions if one != "number"}
    if not kinds:
        return "number"
    return kinds.pop() if len(kinds) == 1 else "mixed"


def _value_text(value: float, dimension: Dimension) -> str:
    """A large count in full, anything else to six significant figures."""
    count = isinstance(dimension, Measure) and abs(value) >= 1e5
    return f"{value:,.0f}" if count else f"{value:,.6g}"
