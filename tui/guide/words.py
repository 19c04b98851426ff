"""How guides stand, in words and signs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from netlab.report.words import counted
from tui.ablate.figures import duration
from tui.guide.reading import Place, Standing

if TYPE_CHECKING:
    from netlab.lab.records import Prediction
    from netlab.recipe.recipe import Recipe
    from netlab.report.guides import Outcome
    from netlab.report.verdict import Word

EXPECTED: dict[Word | None, str] = {
    "supported": "holds",
    "refuted": "does not hold",
    None: "no guess",
}
"""What is expected of a claim, by the verdict that it stands for."""


def status(short: Standing | None, full: Standing | None) -> str:
    """How a guide stands, for the list: of the full form where that alone has been started."""
    if short is None or full is None:
        return "…"
    if full.runs and not short.runs:
        return f"{_status(full)}, full form"
    return _status(short)


def _status(found: Standing) -> str:
    if found.runs and found.done < found.runs:
        sign = "▶" if found.going else "!"
        return f"{sign} {found.done} of {found.runs} runs"
    if found.runs:
        sign = "✓" if found.decided == len(found.outcomes) else "?"
        return f"{sign} {found.decided} of {len(found.outcomes)} decided"
    if any(one.predicted for one in found.outcomes):
        return "· predicted"
    return "· not run"


def form_in_words(recipe: Recipe, *, full: bool) -> str:
    """What is trained: form, networks and seeds, epochs, data."""
    epochs = counted(recipe.protocol.epochs, "epoch")
    return (
        f"{'Full' if full else 'Short'} form: {len(recipe.variants)} networks × "
        f"{counted(len(recipe.seeds), 'seed')}, {epochs}, {recipe.data.label}"
    )


def runs_in_words(found: Standing | None, time: str) -> str:
    """What is left to run, and about how long that takes; once all is done, the score."""
    from netlab.report.guides import score

    if found is None:
        return "Reading the lab …"
    if not found.runs:
        return f"Not run yet{_after(time)}."
    if found.done == found.runs:
        told = score(found.outcomes)
        return f"All {counted(found.runs, 'run')} are done. {told[:1].upper()}{told[1:]}."
    told = f"{found.done} of {counted(found.runs, 'run')} done"
    if found.going:
        return f"{told}; Train shows how they go."
    failed = found.runs - found.done - found.waiting
    if failed:
        return f"{told}, {failed} failed: Train tells why, and retries them."
    return f"{told}; the rest was stopped{_after(time)}."


def to_decide(found: Standing | None, place: Place, seeds: Sequence[int]) -> str:
    """How to go on where all runs of these seeds are done and a claim would take more to decide.

    More seeds beside those that were looked at already would show differences that are not there.
    """
    if found is None or not found.runs or found.done < found.runs:
        return ""
    verdicts = [one.verdict for one in found.outcomes if one.verdict is not None]
    open_ones = [one for one in verdicts if one.verdict == "inconclusive"]
    needed = [f.needed for one in open_ones for f in one.findings if f.needed and f.by == "seed"]
    if not needed:
        return ""
    first = max(seeds) + 1
    form = "" if place.full else " --quick"
    return (
        "What is inconclusive takes another study, of new seeds in a lab of its own: netlab --db "
        f"again.db run {place.name}{form} --seeds {first}-{first + max(needed) - 1}"
    )


def time_in_words(seconds: float, source: str) -> str:
    """`about 4 min (from earlier runs)`."""
    return f"about {duration(seconds)} ({source.partition(',')[0]})" if seconds else "no time"


def written_in_words(one: Outcome) -> str:
    """When a prediction was written down, and whether that was in time."""
    return "" if one.written is None else _dated(one.written, late=one.late)


def own_in_words(own: Prediction | None) -> str:
    """When one's own words were written down."""
    return "" if own is None else _dated(own.at, late=own.started > 0)


def came_true(one: Outcome) -> str:
    """Whether what was expected came out."""
    if one.predicted is None:
        return ""
    late = ", but written late" if one.late else ""
    if one.right is None:
        return f"you expected it {_would(one)}: open{late}"
    return f"{'✓ you were right' if one.right else '✗ you expected otherwise'}{late}"


def ended_in_words(place: Place, found: Standing) -> str:
    """What a notice says when the runs of a guide are done."""
    from netlab.report.guides import score

    told = score(found.outcomes)
    return (
        f"{place.name} is done: {found.decided} of {counted(len(found.outcomes), 'claim')} "
        f"decided. {told[:1].upper()}{told[1:]}. Guides shows the verdicts."
    )


def _dated(at: float, *, late: bool) -> str:
    when = f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M}"
    return f"late: {when}, after runs had started" if late else f"written {when}, before any run"


def _would(one: Outcome) -> str:
    return "to hold" if one.predicted == "supported" else "not to hold"


def _after(time: str) -> str:
    return f": {time}" if time else ""
