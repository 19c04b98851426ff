"""The verdict on a claim, and on each of its clauses, with the figures behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from netlab.lab.records import StudyClaim
from netlab.recipe.claims.syntax_tree import Clause
from netlab.report.stats.intervals import Interval

VerdictKind = Literal["supported", "refuted", "inconclusive", "not run"]
"""`not run`: figures are missing. `inconclusive`: the figures do not decide."""
VERDICT_KINDS: tuple[VerdictKind, ...] = ("supported", "refuted", "inconclusive", "not run")

GLYPHS = dict(zip(VERDICT_KINDS, "✓✗?·", strict=True))
"""A sign for each kind, shown before its name, never instead of it."""
ASCII_GLYPHS = dict(zip(VERDICT_KINDS, "+x?.", strict=True))
"""The same where only ASCII can be shown."""

DECIDED_KINDS: tuple[VerdictKind, ...] = ("supported", "refuted")
"""Verdicts for or against a claim. These are also what can be predicted of it."""

PREDICTION_WORDS: dict[VerdictKind | None, str] = {
    "supported": "holds",
    "refuted": "does not hold",
    None: "no guess",
}
"""What is predicted of a claim, in words."""

Pairing = Literal["exact", "seed", "round"]
"""What pairs the values of the two sides: nothing for counts (`exact`), seeds for results of
training, rounds for results of `netlab time`."""


@dataclass(frozen=True)
class ClauseVerdict:
    """The verdict on one clause of a claim, with its figures in the measure's plain unit."""

    clause: Clause
    kind: VerdictKind
    explanation: str
    """Why that is the verdict, in one sentence without a full stop."""
    paired_by: Pairing
    left: Mapping[int, float] = field(default_factory=dict)
    """The left side by the seeds or rounds that all its variants share; empty for counts."""
    right: Mapping[int, float] = field(default_factory=dict)
    means: tuple[float, float] | None = None
    """Both sides: exact, or means over the seeds or rounds."""
    interval: Interval | None = None
    """For the mean of left − right, at `confidence`; not corrected for the number of tests."""
    confidence: float = 0.95
    p: float | None = None
    """Of the test that decides: two-sided for a difference; for `about`, the larger of the two
    one-sided ones or, for an estimate beyond the margin, that of the test against the margin."""
    p_adjusted: float | None = None
    """`p` after Holm's correction over all measured clauses of the study's claims."""
    min_detectable_effect: float | None = None
    """For an inconclusive difference: the smallest true one that would probably be found."""
    required_n: int | None = None
    """For an inconclusive clause: how many seeds or rounds would probably decide it."""

    @property
    def n(self) -> int:
        """The number of seeds or rounds; 0 for counts."""
        return len(self.left)

    @property
    def estimate(self) -> float | None:
        """Left − right, exact or the mean over the seeds or rounds."""
        return self.means[0] - self.means[1] if self.means else None


@dataclass(frozen=True)
class Verdict:
    """The verdict on a claim, from the verdicts on its clauses.

    A claim is supported if all its clauses are, refuted if any is, else not run if any is, else
    inconclusive.
    """

    claim: StudyClaim
    kind: VerdictKind
    explanation: str
    """Why, in one sentence without a full stop."""
    clause_verdicts: tuple[ClauseVerdict, ...]
    """One for each clause; none for a check that cannot be read."""

    @property
    def decided(self) -> bool:
        return self.kind in DECIDED_KINDS

    def label(self, *, ascii_only: bool) -> str:
        """Sign and word: `✓ supported`."""
        return f"{(ASCII_GLYPHS if ascii_only else GLYPHS)[self.kind]} {self.kind}"
