"""The status of a guide: the predictions for its claims, its runs, and the verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netlab.format import pluralize
from netlab.lab.records import Prediction
from netlab.lab.run_state import UNFINISHED_STATES, State
from netlab.report.guides import Guide, GuideQuestion
from netlab.report.load import load_study
from netlab.report.verdicts.verdict import DECIDED_KINDS, Verdict, VerdictKind

if TYPE_CHECKING:
    from netlab.lab.store import Lab


@dataclass(frozen=True)
class ClaimOutcome:
    """The prediction for a claim, and its verdict."""

    question: GuideQuestion
    predicted: VerdictKind | None
    late: bool
    """Whether the prediction was written after runs of the study had started."""
    verdict: Verdict | None
    predicted_at: float | None = None  # Unix seconds

    @property
    def came_true(self) -> bool | None:
        """Whether the prediction came true; None where none was made, or nothing is decided."""
        if self.predicted is None or self.verdict is None or not self.verdict.decided:
            return None
        return self.predicted == self.verdict.kind


@dataclass(frozen=True)
class GuideStatus:
    """The status of a guide in one of its forms."""

    condition: str
    """The condition (data and protocol) under which this form is run."""
    outcomes: tuple[ClaimOutcome, ...]
    own_words: Prediction | None = None
    """What the user last wrote about the study as a whole."""
    states: tuple[State, ...] = ()
    """Of its runs that are in the lab."""

    @property
    def run_count(self) -> int:
        return len(self.states)

    @property
    def done_count(self) -> int:
        return self.states.count("done")

    @property
    def unfinished_count(self) -> int:
        """Those that can still be finished."""
        return sum(state in UNFINISHED_STATES for state in self.states)

    @property
    def active(self) -> bool:
        """Whether any waits to be trained, or is being trained."""
        return "queued" in self.states or "running" in self.states

    @property
    def started(self) -> bool:
        return any(state != "queued" for state in self.states)

    @property
    def decided_count(self) -> int:
        """Claims with a verdict for or against them."""
        return sum(one.verdict is not None and one.verdict.decided for one in self.outcomes)


def not_run(guide: Guide, *, full: bool) -> GuideStatus:
    """The status of a guide that no lab knows."""
    return GuideStatus(guide.condition(full=full), claim_outcomes(guide, (), ()))


def load_guide_status(lab: Lab, guide: Guide, *, full: bool, entered: bool) -> GuideStatus:
    """The status of a guide in the lab; `entered` says whether the lab has it in this form."""
    condition = guide.condition(full=full)
    predictions = lab.predictions.about(guide.name, condition)
    own_words = latest_own_words(predictions)
    if not entered:
        return GuideStatus(condition, claim_outcomes(guide, predictions, ()), own_words)
    data = load_study(lab, guide.name, condition)
    states = tuple(entry.run.state for entry in data.entries)
    outcomes = claim_outcomes(guide, predictions, data.verdicts)
    return GuideStatus(condition, outcomes, own_words, states)


def claim_outcomes(
    guide: Guide, predictions: Iterable[Prediction], verdicts: Iterable[Verdict]
) -> tuple[ClaimOutcome, ...]:
    """Each claim with its last prediction and its verdict, where there are any.

    A prediction without a verdict takes the last one back, unless runs have started.
    """
    latest: dict[str, Prediction] = {}
    for one in predictions:
        if one.claim and (one.verdict in DECIDED_KINDS or not one.started):
            latest[one.claim] = one
    judged = {one.claim.hash: one for one in verdicts}
    return tuple(
        _outcome(question, latest.get(question.hash), judged.get(question.hash))
        for question in guide.questions
    )


def latest_own_words(predictions: Sequence[Prediction]) -> Prediction | None:
    """The last text that was written about the study as a whole."""
    return next((one for one in reversed(predictions) if one.claim is None and one.text), None)


def describe_score(outcomes: Sequence[ClaimOutcome]) -> str:
    """`2 of 3 predictions came true, 1 open (1 written late)`."""
    made = [one for one in outcomes if one.predicted is not None]
    decided = [one for one in made if one.came_true is not None]
    if not made:
        return "no predictions were written down"
    right, late = sum(bool(one.came_true) for one in decided), sum(one.late for one in made)
    text = f"{right} of {pluralize(len(made), 'prediction')} came true"
    if len(made) > len(decided):
        text += f", {len(made) - len(decided)} open"
    return f"{text} ({late} written late)" if late else text


def _outcome(
    question: GuideQuestion, made: Prediction | None, verdict: Verdict | None
) -> ClaimOutcome:
    kind = next((kind for kind in DECIDED_KINDS if made and made.verdict == kind), None)
    if made is None or kind is None:
        return ClaimOutcome(question, None, False, verdict)
    return ClaimOutcome(question, kind, made.started > 0, verdict, made.at)
