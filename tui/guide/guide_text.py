"""The texts of Guides: status, form, time and predictions of a guide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from netlab.format import format_duration, pluralize
from netlab.report.run_states import capitalize
from netlab.suggest import suggest
from tui.background.time_estimate import TimeEstimate
from tui.guide.guide_reader import GuideForm

if TYPE_CHECKING:
    from netlab.lab.records import Prediction
    from netlab.recipe.recipe import Recipe
    from netlab.report.guide_status import ClaimOutcome, GuideStatus


def list_status(short: GuideStatus | None, full: GuideStatus | None) -> str:
    """Status of a guide for the list: of the full form if only that has been started."""
    if short is None or full is None:
        return "…"
    if full.run_count and not short.run_count:
        return f"{_status(full)}, full form"
    return _status(short)


def _status(found: GuideStatus) -> str:
    if found.run_count and found.done_count < found.run_count:
        sign = "▶" if found.active else "!"
        return f"{sign} {found.done_count} of {found.run_count} runs"
    if found.run_count:
        sign = "✓" if found.decided_count == len(found.outcomes) else "?"
        return f"{sign} {found.decided_count} of {len(found.outcomes)} decided"
    if any(one.predicted for one in found.outcomes):
        return "· predicted"
    return "· not run"


def describe_form(recipe: Recipe, *, full: bool) -> str:
    """What is trained: form, networks and seeds, epochs, data."""
    epochs = pluralize(recipe.protocol.epochs, "epoch")
    return (
        f"{'Full' if full else 'Short'} form: {len(recipe.variants)} networks × "
        f"{pluralize(len(recipe.seeds), 'seed')}, {epochs}, {recipe.data.label}"
    )


def describe_progress(found: GuideStatus | None, time: str) -> str:
    """What is left to run, and about how long that takes; the score if all runs are done."""
    from netlab.report.guide_status import describe_score

    if found is None:
        return "Reading the lab …"
    if not found.run_count:
        return f"Not run yet{_after(time)}."
    if found.done_count == found.run_count:
        score = capitalize(describe_score(found.outcomes))
        return f"All {pluralize(found.run_count, 'run')} are done. {score}."
    progress = f"{found.done_count} of {pluralize(found.run_count, 'run')} done"
    if found.active:
        return f"{progress}; Train shows how they go."
    failed = found.run_count - found.done_count - found.unfinished_count
    if failed:
        return f"{progress}, {failed} failed: Train shows why, and retries them."
    return f"{progress}; the rest was stopped{_after(time)}."


def more_seeds_hint(found: GuideStatus | None, place: GuideForm, seeds: Sequence[int]) -> str:
    """How to go on if all runs are done and a claim needs more seeds to be decided.

    This needs a new study, because adding seeds after the results were seen finds differences
    that are not there.
    """
    if found is None or not found.run_count or found.done_count < found.run_count:
        return ""
    verdicts = [one.verdict for one in found.outcomes if one.verdict is not None]
    open_ones = [one for one in verdicts if one.kind == "inconclusive"]
    needed = [
        f.required_n
        for one in open_ones
        for f in one.clause_verdicts
        if f.required_n and f.paired_by == "seed"
    ]
    if not needed:
        return ""
    first = max(seeds) + 1
    form = [] if place.full else ["--quick"]
    seeds_option = ("--seeds", f"{first}-{first + max(needed) - 1}")
    run = suggest("run", place.name, *form, *seeds_option, lab=Path("again.db"))
    return f"What is inconclusive takes another study, of new seeds in a lab of its own: {run}"


def describe_time(found: TimeEstimate) -> str:
    """Such as `about 4 min (from earlier runs)`."""
    if not found.seconds:
        return "no time"
    return f"about {format_duration(found.seconds)} ({found.source.partition(',')[0]})"


def prediction_time(one: ClaimOutcome) -> str:
    """When a prediction was written down, and whether it was in time; empty without one."""
    return "" if one.predicted_at is None else _dated(one.predicted_at, late=one.late)


def own_words_time(own: Prediction | None) -> str:
    """When the user's own words were written down, and whether in time; empty without any."""
    return "" if own is None else _dated(own.at, late=own.started > 0)


def guess_result(one: ClaimOutcome) -> str:
    """Whether the prediction came true; empty without a prediction."""
    if one.predicted is None:
        return ""
    late = ", but written late" if one.late else ""
    if one.came_true is None:
        return f"you expected it {_would(one)}: open{late}"
    return f"{'✓ you were right' if one.came_true else '✗ you expected otherwise'}{late}"


def ended_notice(place: GuideForm, found: GuideStatus) -> str:
    """The notice shown when all runs of a guide are done."""
    from netlab.report.guide_status import describe_score

    score = capitalize(describe_score(found.outcomes))
    return (
        f"{place.name} is done: {found.decided_count} of {pluralize(len(found.outcomes), 'claim')} "
        f"decided. {score}. Guides shows the verdicts."
    )


def _dated(at: float, *, late: bool) -> str:
    when = f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M}"
    return f"late: {when}, after runs had started" if late else f"written {when}, before any run"


def _would(one: ClaimOutcome) -> str:
    return "to hold" if one.predicted == "supported" else "not to hold"


def _after(time: str) -> str:
    return f": {time}" if time else ""
