"""What became of a claim: one of four words, and the figures behind it. Plain immutable values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from netlab.lab.records import StudyClaim
from netlab.recipe.claims.syntax_tree import Clause
from netlab.report.stats.intervals import Interval

VerdictKind = Literal["supported", "refuted", "inconclusive", "not run"]
"""`not run` is for want of figures; `inconclusive` is for figures that do not decide."""
VERDICT_KINDS: tuple[VerdictKind, ...] = ("supported", "refuted", "inconclusive", "not run")

GLYPHS: dict[VerdictKind, str] = {
    "supported": "✓",
    "refuted": "✗",
    "inconclusive": "?",
    "not run": "·",
}
"""A sign for each word, to stand before it, never in place of it."""

ASCII_GLYPHS: dict[VerdictKind, str] = {
    "supported": "+",
    "refuted": "x",
    "inconclusive": "?",
    "not run": ".",
}
"""The same where only ASCII can be shown."""

DECIDED_KINDS: tuple[VerdictKind, ...] = ("supported", "refuted")
"""What can be predicted of a claim: that it holds, or that the opposite does."""

PREDICTION_WORDS: dict[VerdictKind | None, str] = {
    "supported": "holds",
    "refuted": "does not hold",
    None: "no guess",
}
"""What is predicted of a claim, in words."""

Pairing = Literal["exact", "seed", "round"]
"""What pairs the values of the two sides: nothing for counts, seeds for results of training,
rounds for figures of `netlab time`."""


@dataclass(frozen=True)
class ClauseVerdict:
    """One comparison of a claim: its verdict with the figures, in the measure's plain unit."""

    clause: Clause
    kind: VerdictKind
    explanation: str
    """Why that is the verdict, in one sentence without a full stop."""
    paired_by: Pairing
    left: Mapping[int, float] = field(default_factory=dict)
    """The left side by seed or round, for those that all its variants share; empty for counts."""
    right: Mapping[int, float] = field(default_factory=dict)
    """The right side, by the same seeds or rounds."""
    means: tuple[float, float] | None = None
    """Both sides: exact, or means over the seeds or rounds."""
    interval: Interval | None = None
    """For the mean of left − right, at `confidence`; not corrected for the number of claims."""
    confidence: float = 0.95
    p: float | None = None
    """Of the test that the verdict rests on: two-sided for a difference; for `about`, the larger
    of the two one-sided ones or, beyond the margin, that of lying beyond it."""
    p_adjusted: float | None = None
    """`p` after Holm's correction over all measured comparisons of the study's claims."""
    min_detectable_effect: float | None = None
    """For an inconclusive difference: the smallest that was likely to be found."""
    required_n: int | None = None
    """For an inconclusive comparison: how many seeds or rounds would probably decide it."""

    @property
    def n(self) -> int:
        """The seeds or rounds that it rests on; 0 for counts."""
        return len(self.left)

    @property
    def estimate(self) -> float | None:
        """Left − right, exact or the mean over the seeds or rounds."""
        return self.means[0] - self.means[1] if self.means else None


@dataclass(frozen=True)
class Verdict:
    """What became of a claim, by what became of each of its comparisons.

    A claim is supported if all of them are and refuted if any is; else what is not run comes
    before what is inconclusive.
    """

    claim: StudyClaim
    kind: VerdictKind
    explanation: str
    """Why, in one sentence without a full stop; it does not repeat the word."""
    clause_verdicts: tuple[ClauseVerdict, ...]
    """One for each comparison; none for a check that cannot be read."""

    @property
    def glyph(self) -> str:
        """The sign of the word."""
        return GLYPHS[self.kind]

    def label(self, *, ascii_only: bool) -> str:
        """Sign and word: `✓ supported`."""
        return f"{(ASCII_GLYPHS if ascii_only else GLYPHS)[self.kind]} {self.kind}"
