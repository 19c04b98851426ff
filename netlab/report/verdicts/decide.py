"""The test behind each clause of a claim, and what it decides."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import fmean

from netlab.recipe.claims.checks import measures_of
from netlab.recipe.claims.syntax_tree import ApproxEqual, Clause, Comparison
from netlab.report.stats.hypothesis_tests import equivalence_test, paired_test
from netlab.report.stats.intervals import ALPHA, CONFIDENCE, NO_TEST_ONE_PAIR, Interval
from netlab.report.stats.power import TARGET_POWER, min_detectable_effect, required_n
from netlab.report.verdicts.explain import (
    explain_direct_comparison,
    explain_no_spread,
    explain_test,
)
from netlab.report.verdicts.operands import Operands
from netlab.report.verdicts.verdict import ClauseVerdict, VerdictKind

EQUALITY_TOLERANCE = 1e-12
"""Counts whose relative difference is smaller are equal: arithmetic may lose that much."""
ONE_SIDED_POWER = (1 + TARGET_POWER) / 2
"""The power that each of two one-sided tests needs for both together to have the usual power."""


@dataclass(frozen=True)
class PairedComparison:
    """A clause on measured values with its test, before the correction for the number of tests."""

    operands: Operands
    mean: float
    """Of the differences, left − right; `sd` is their standard deviation."""
    sd: float
    kind_if_significant: VerdictKind
    p: float
    interval: Interval
    confidence: float = CONFIDENCE
    margin: float | None = None
    """Of an `about`, in the unit of the differences; the mean, where each pair has its own."""


def run_test(operands: Operands) -> PairedComparison | ClauseVerdict:
    """The test of a clause, or its verdict where no test is needed or none is possible."""
    if operands.missing:
        return _verdict(operands, "not run", operands.missing)
    if operands.error:
        return _verdict(operands, "inconclusive", operands.error)
    if operands.paired_by == "exact":
        return _compare_directly(operands)
    if operands.n == 1:
        return _verdict(operands, "inconclusive", NO_TEST_ONE_PAIR)
    tested = _test_differences(operands)
    if tested is not None:
        return tested
    if all(one.deterministic or one.static for one in measures_of(operands.clause)):
        return _compare_directly(operands)
    return _verdict(operands, "inconclusive", explain_no_spread(operands))


def decide_clause(
    tested: PairedComparison, p_adjusted: float, *, family_size: int
) -> ClauseVerdict:
    """The verdict of a test, its p corrected as one of `family_size` tests."""
    kind = tested.kind_if_significant if p_adjusted < ALPHA else "inconclusive"
    verdict = replace(
        _verdict(tested.operands, kind, ""),
        interval=tested.interval,
        confidence=tested.confidence,
        p=tested.p,
        p_adjusted=p_adjusted,
    )
    if kind == "inconclusive":
        level = ALPHA / family_size
        verdict = replace(verdict, required_n=_required_n(tested, level))
        if tested.margin is None:
            smallest = min_detectable_effect(tested.sd, tested.operands.n, alpha=level)
            verdict = replace(verdict, min_detectable_effect=smallest)
    explanation = explain_test(tested.operands, verdict, tested.interval, tested.margin)
    return replace(verdict, explanation=explanation)


def _test_differences(operands: Operands) -> PairedComparison | None:
    """The test that the clause takes; None where the differences have no spread."""
    paired = paired_test(operands.differences, magnitude=operands.magnitude)
    if paired.p is None or paired.sd is None or paired.interval is None:
        return None
    clause = operands.clause
    found = PairedComparison(operands, paired.mean, paired.sd, "refuted", paired.p, paired.interval)
    if isinstance(clause, Comparison):
        return _test_order(found, clause)
    margins = [clause.margin.width_at(right) for right in operands.right.values()]
    found = replace(found, margin=fmean(margins))
    if abs(paired.mean) >= fmean(margins):
        return _test_beyond_margin(found, margins)
    return _test_within_margin(found, margins)


def _test_order(found: PairedComparison, clause: Comparison) -> PairedComparison:
    """Whether one side is above the other; the sign of the estimate says which one may be."""
    as_stated = (found.mean < 0) == (clause.sign in {"<", "<="})
    return replace(found, kind_if_significant="supported" if as_stated else "refuted")


def _test_beyond_margin(found: PairedComparison, margins: list[float]) -> PairedComparison:
    """For an estimate beyond the margin: whether the mean is beyond it, or only by chance."""
    excess = [
        difference - math.copysign(margin, found.mean)
        for difference, margin in zip(found.operands.differences, margins, strict=True)
    ]
    p = paired_test(excess, magnitude=found.operands.magnitude).p
    return replace(found, kind_if_significant="refuted", p=1.0 if p is None else p)


def _test_within_margin(found: PairedComparison, margins: list[float]) -> PairedComparison | None:
    """For an estimate within the margin: whether two one-sided tests show the mean to be."""
    operands = found.operands
    within = equivalence_test(
        operands.differences, margins, alpha=ALPHA, magnitude=operands.magnitude
    )
    if within.p is None or within.interval is None:
        return None
    return replace(
        found,
        kind_if_significant="supported",
        p=within.p,
        interval=within.interval,
        confidence=1 - 2 * ALPHA,
    )


def _required_n(tested: PairedComparison, level: float) -> int | None:
    """How many pairs would probably decide, if the estimate is true; more than there are now."""
    if tested.margin is None:
        n = required_n(tested.sd, tested.mean, alpha=level)
    elif tested.kind_if_significant == "supported":
        room = tested.margin - abs(tested.mean)
        n = required_n(tested.sd, room, alpha=2 * level, power=ONE_SIDED_POWER)
    else:
        n = required_n(tested.sd, abs(tested.mean) - tested.margin, alpha=level)
    return None if n is None else max(n, tested.operands.n + 1)


def _compare_directly(operands: Operands) -> ClauseVerdict:
    """The verdict on values without spread: they are simply compared."""
    kind: VerdictKind = "supported" if _holds(operands.clause, *operands.means) else "refuted"
    return _verdict(operands, kind, explain_direct_comparison(operands))


def _verdict(operands: Operands, kind: VerdictKind, explanation: str) -> ClauseVerdict:
    clause, by = operands.clause, operands.paired_by
    if not operands.left:
        return ClauseVerdict(clause, kind, explanation, by)
    left, right = ({}, {}) if by == "exact" else (operands.left, operands.right)
    return ClauseVerdict(clause, kind, explanation, by, left, right, operands.means)


def _holds(clause: Clause, left: float, right: float) -> bool:
    if isinstance(clause, ApproxEqual):
        return abs(left - right) <= clause.margin.width_at(right) * (1 + EQUALITY_TOLERANCE)
    equal = math.isclose(left, right, rel_tol=EQUALITY_TOLERANCE, abs_tol=0.0)
    holds = {
        "<": left < right and not equal,
        "<=": left < right or equal,
        ">": left > right and not equal,
        ">=": left > right or equal,
        "==": equal,
        "!=": not equal,
    }
    return holds[clause.sign]
