"""Verdicts on a study's claims, from its figures alone: the same figures give the same verdicts.

Counts are compared as they are. Measured values are compared in pairs: for each seed, or round of
timing, that all variants of the clause share, d = left − right.

- `<`, `<=`, `>`, `>=`: the two-sided paired t test of d. A significant difference of the stated
  sign supports, one of the other sign refutes. `<=` is tested as `<`, since two measured means are
  never equal.
- `about`: two one-sided tests of d against the margin support. An estimate beyond the margin, by a
  two-sided test against the margin, refutes. Only the test on whose side the estimate lies can be
  significant; its p counts.

All p of a study form one family, corrected by Holm's method. A clause that cannot be tested yet
counts with p = 1, so that no later run can take back the verdict on another claim. A verdict needs
every run of the variants that a clause names: a failed run is not left out, as it might have been
the one that refutes the claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netlab.errors import CheckError
from netlab.lab.db.timings import TimingValues
from netlab.lab.records import Entry, StudyClaim, StudyRecord
from netlab.measures import MEASURES
from netlab.recipe.claims.checks import is_from_timing, read_check
from netlab.recipe.claims.syntax_tree import Check, Clause, measure_refs_in
from netlab.report.stats.hypothesis_tests import holm_adjust
from netlab.report.verdicts.decide import PairedComparison, decide_clause, run_test
from netlab.report.verdicts.operands import Operands, StudyValues
from netlab.report.verdicts.verdict import DECIDED_KINDS, ClauseVerdict, Verdict, VerdictKind
from netlab.suggest import command_line

PRECEDENCE: tuple[VerdictKind, ...] = ("refuted", "not run", "inconclusive", "supported")
"""Where its clauses differ, a claim gets the first kind that any of them has."""


def judge(
    study: StudyRecord, entries: Iterable[Entry], timings: TimingValues, *, time_command: str = ""
) -> tuple[Verdict, ...]:
    """A verdict for each claim of `study`, in their order, under the condition of `entries`.

    `timings` are the rounds of `netlab time`, `{variant: {measure: {round: value}}}`; may be
    empty. `time_command` is what an explanation suggests where they are missing. The order of
    entries does not matter. Reads no file and starts nothing.
    """
    checks = _read_claims(study)
    command = time_command or command_line("time", study.recipe_file or study.name)
    values = StudyValues(study, entries, timings, command)
    clauses = [one for check in checks if isinstance(check, Check) for one in check.clauses]
    verdicts = _judge_clauses([values.operands(clause) for clause in dict.fromkeys(clauses)])
    return tuple(
        _judge_claim(claim, tuple(verdicts[clause] for clause in check.clauses))
        if isinstance(check, Check)
        else Verdict(claim, "not run", f"the check cannot be read: {check}", ())
        for claim, check in zip(study.claims, checks, strict=True)
    )


def needs_timing(study: StudyRecord, timings: TimingValues) -> bool:
    """Whether a claim compares what only `netlab time` measures, and it has not measured all."""
    return any(
        is_from_timing(clause)
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


def _judge_claim(claim: StudyClaim, clauses: tuple[ClauseVerdict, ...]) -> Verdict:
    kind = next(kind for kind in PRECEDENCE if any(one.kind == kind for one in clauses))
    reasons = dict.fromkeys(one.explanation for one in clauses if one.kind == kind)
    return Verdict(claim, kind, "; ".join(reasons), clauses)


def _judge_clauses(operands: Iterable[Operands]) -> dict[Clause, ClauseVerdict]:
    """The verdict on each clause; those on measured values are one family of tests."""
    results = {one.clause: run_test(one) for one in operands}
    decided = {clause: one for clause, one in results.items() if isinstance(one, ClauseVerdict)}
    tested = [one for one in results.values() if isinstance(one, PairedComparison)]
    untested = sum(
        one.paired_by != "exact" and one.kind not in DECIDED_KINDS for one in decided.values()
    )
    adjusted = holm_adjust([*(one.p for one in tested), *[1.0] * untested])
    return decided | {
        one.operands.clause: decide_clause(one, p, family_size=len(adjusted))
        for one, p in zip(tested, adjusted, strict=False)
        if p is not None
    }
