"""Guides: saved studies that lead from a question, by way of a prediction, to a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from netlab.errors import CheckError, NetlabError, did_you_mean
from netlab.format import pluralize
from netlab.lab.db.claim_history import claim_hash
from netlab.lab.records import Prediction
from netlab.recipe.claims.checks import is_exact, is_timed, read_check
from netlab.recipe.library import bundled
from netlab.recipe.loader import Recipe, load_recipe
from netlab.report.verdicts.verdict import Verdict, VerdictKind

PREDICTABLE: tuple[VerdictKind, ...] = ("supported", "refuted")
"""What can be predicted of a claim: that it holds, or that the opposite does."""


@dataclass(frozen=True)
class GuideQuestion:
    """A claim of a guide, before anything is known: what to predict."""

    hash: str
    says: str
    check: str
    source: str
    figure: str
    static: bool
    """Known from the networks alone, without a run."""
    from_timing: bool
    """Known from `netlab time`, not from training."""


@dataclass(frozen=True)
class Guide:
    """A saved study with a question, two sentences on why it matters, and claims of a source."""

    recipe: Recipe

    @property
    def name(self) -> str:
        """What it is called: the name of its study."""
        return self.recipe.name

    @cached_property
    def questions(self) -> tuple[GuideQuestion, ...]:
        """Its claims, in their order."""
        names = [variant.name for variant in self.recipe.variants]
        return tuple(_question(claim, names) for claim in self.recipe.claims)


@dataclass(frozen=True)
class ClaimOutcome:
    """What was thought of a claim, and what came out."""

    question: GuideQuestion
    predicted: VerdictKind | None
    late: bool
    """Whether the prediction was written after runs of the study had started."""
    verdict: Verdict | None
    predicted_at: float | None = None
    """When the prediction was written down, in Unix seconds."""

    @property
    def came_true(self) -> bool | None:
        """Whether the prediction came true; None where none was made, or nothing is decided."""
        if self.predicted is None or self.verdict is None or self.verdict.kind not in PREDICTABLE:
            return None
        return self.predicted == self.verdict.kind


def all_guides() -> tuple[Guide, ...]:
    """Every saved recipe that is a guide, by name."""
    found = (load_recipe(path) for path in bundled().values())
    return tuple(Guide(recipe) for recipe in found if recipe.why and recipe.claims)


def find_guide(name: str) -> Guide:
    """The guide called `name`. Raises `NetlabError` with the nearest name."""
    path = bundled().get(name)
    guide = Guide(load_recipe(path)) if path else None
    if guide is None or not (guide.recipe.why and guide.recipe.claims):
        known = [one.name for one in all_guides()]
        raise NetlabError(f"no guide is called '{name}': {did_you_mean(name, known)}")
    return guide


def claim_outcomes(
    guide: Guide, predictions: Iterable[Prediction], verdicts: Iterable[Verdict]
) -> tuple[ClaimOutcome, ...]:
    """Each claim with the last prediction made of it and its verdict, where there are any.

    A prediction can be taken back, by one without a verdict, until runs have started.
    """
    latest: dict[str, Prediction] = {}
    for one in predictions:
        if one.claim and (one.verdict in PREDICTABLE or not one.started):
            latest[one.claim] = one
    judged = {one.claim.hash: one for one in verdicts}
    return tuple(
        _outcome(question, latest.get(question.hash), judged.get(question.hash))
        for question in guide.questions
    )


def latest_free_text(predictions: Iterable[Prediction]) -> str:
    """What was last written of the study as a whole."""
    texts = [one.text for one in predictions if one.claim is None and one.text]
    return texts[-1] if texts else ""


def describe_score(found: Sequence[ClaimOutcome]) -> str:
    """`2 of 3 predictions came true, 1 open (1 written late)`."""
    made = [one for one in found if one.predicted is not None]
    decided = [one for one in made if one.came_true is not None]
    if not made:
        return "no predictions were written down"
    still = len(made) - len(decided)
    told = f"{sum(bool(one.came_true) for one in decided)} of {pluralize(len(made), 'prediction')} came true"
    late = sum(one.late for one in made)
    told = f"{told}, {still} open" if still else told
    return f"{told} ({late} written late)" if late else told


def _outcome(
    question: GuideQuestion, made: Prediction | None, verdict: Verdict | None
) -> ClaimOutcome:
    word = next((guess for guess in PREDICTABLE if made and guess == made.verdict), None)
    if made is None or word is None:
        return ClaimOutcome(question, None, False, verdict)
    return ClaimOutcome(question, word, made.started > 0, verdict, made.at)


def _question(claim: dict[str, str], variants: Sequence[str]) -> GuideQuestion:
    try:
        parts = read_check(claim["check"], variants).clauses
    except CheckError:  # told with its line when the recipe was loaded
        parts = ()
    return GuideQuestion(
        hash=claim_hash(claim),
        says=claim["says"],
        check=claim["check"],
        source=claim.get("source", ""),
        figure=claim.get("figure", ""),
        static=bool(parts) and all(map(is_exact, parts)),
        from_timing=any(map(is_timed, parts)),
    )
