"""Verdicts on a study's claims, from figures alone: the same figures give the same verdicts.

Counts are compared as they are. What is measured is compared by pairs: for each seed, or round
of timing, that all variants of the comparison share, d = left − right.

- `<`, `<=`, `>`, `>=`: the two-sided paired t test of d. Significant and of the stated sign
  supports, significant and of the other sign refutes. (A measured value never equals another, so
  `<=` is tested as `<` is.)
- `about`: two one-sided tests of d against the margin support. An estimate that lies beyond the
  margin, by a two-sided test against the margin, refutes. Only one of the two can be significant,
  the one on whose side the estimate lies; its p counts.

All these p of a study form one family, corrected by Holm's method; what cannot be tested yet
stands in it with p = 1, so that no later run of another claim can take a verdict back. Verdicts
need every run of the variants that a comparison names: a run that failed is not left out, as it
might have been the one that spoke against the claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from shlex import quote

from netlab.errors import CheckError
from netlab.lab.records import Entry, StudyClaim, StudyRecord
from netlab.measures import MEASURES
from netlab.recipe.claims.checks import is_timed, read_check
from netlab.recipe.claims.syntax_tree import Check, Clause, measure_refs_in
from netlab.report.stats.hypothesis_tests import holm_adjust
from netlab.report.verdicts.decide import PairedComparison, decide, run_test
from netlab.report.verdicts.operands import Operands, StudyValues, TimingValues
from netlab.report.verdicts.verdict import ClauseVerdict, Verdict, VerdictKind

PRECEDENCE: tuple[VerdictKind, ...] = ("refuted", "not run", "inconclusive", "supported")
"""What a claim is when its comparisons differ: the first that any of them is."""


def judge(
    study: StudyRecord, entries: Iterable[Entry], timings: TimingValues, *, time_command: str = ""
) -> tuple[Verdict, ...]:
    """A verdict for each claim of `study`, in their order, under the condition of `entries`.

    `timings` are the rounds of `netlab time`, `{variant: {measure: {round: value}}}`; may be
    empty. `time_command` is what an explanation suggests where they are missing. The order of
    entries does not matter. Reads no file and starts nothing.
    """
    checks = _read_claims(study)
    command = time_command or f"netlab time {quote(study.recipe_file or study.name)}"
    figures = StudyValues(study, entries, timings, command)
    parts = [part for check in checks if isinstance(check, Check) for part in check.clauses]
    findings = _decide_all({part: figures.operands(part) for part in parts})
    return tuple(
        _judge_claim(claim, tuple(findings[part] for part in check.clauses))
        if isinstance(check, Check)
        else Verdict(claim, "not run", f"the check cannot be read: {check}", ())
        for claim, check in zip(study.claims, checks, strict=True)
    )


def needs_timing(study: StudyRecord, timings: TimingValues) -> bool:
    """Whether a claim compares what only `netlab time` measures, and it has not measured all."""
    return any(
        is_timed(clause)
        and any(
            not MEASURES[ref.measure].static and not timings.get(ref.variant, {}).get(ref.measure)
            for ref in measure_refs_in(clause)
        )
        for check in _read_claims(study)
        if isinstance(check, Check)
        for clause in check.clauses
    )


def _read_claims(study: StudyRecord) -> list[Check | CheckError]:
    variants = [variant.name for variant in study.variants]
    return [_read_claim(claim, variants) for claim in study.claims]


def _read_claim(claim: StudyClaim, variants: Sequence[str]) -> Check | CheckError:
    try:
        return read_check(claim.check, variants)
    except CheckError as error:
        return error


def _judge_claim(claim: StudyClaim, findings: tuple[ClauseVerdict, ...]) -> Verdict:
    verdict = next(word for word in PRECEDENCE if any(one.kind == word for one in findings))
    says = dict.fromkeys(one.explanation for one in findings if one.kind == verdict)
    return Verdict(claim, verdict, "; ".join(says), findings)


def _decide_all(sides: dict[Clause, Operands]) -> dict[Clause, ClauseVerdict]:
    """What becomes of each comparison; those that are measured are one family of tests."""
    tried_ = {part: run_test(part, own) for part, own in sides.items()}
    trials = [one for one in tried_.values() if isinstance(one, PairedComparison)]
    untested = sum(
        isinstance(one, ClauseVerdict)
        and one.paired_by != "exact"
        and one.kind in {"not run", "inconclusive"}
        for one in tried_.values()
    )
    adjusted = holm_adjust([*(one.p for one in trials), *[1.0] * untested])
    decisions = {
        one.clause: decide(one, p, family=len(adjusted))
        for one, p in zip(trials, adjusted, strict=False)
        if p is not None
    }
    return {
        part: one if isinstance(one, ClauseVerdict) else decisions[part]
        for part, one in tried_.items()
    }
