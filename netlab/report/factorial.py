"""A full factorial's main effects and interactions, below its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlab.measures import Measure
from netlab.report.effects import Effect, factorial_effects
from netlab.report.evidence import how_adjusted, p_text
from netlab.report.grid import NOTHING, Field, Part, Series, decimals, ends, number
from netlab.report.intervals import ALPHA, CONFIDENCE
from netlab.report.power import detectable
from netlab.report.table import Table
from netlab.report.words import seeds_in_words


def effects_of(table: Table, place: int) -> tuple[Effect, ...]:
    """The effects on the measure in column `place`; empty for other designs or without runs."""
    if not table.factors:
        return ()
    values = {row.variant: row.cells[place].values for row in table.rows}
    return factorial_effects(values, table.factors)


def effects_part(table: Table, place: int) -> Iterator[Part]:
    """The effects as a grid, where the table is of a full factorial with a seed done in all."""
    effects = effects_of(table, place)
    if not effects:
        return
    measure = table.columns[place].measure
    means = [row.cells[place].value for row in table.rows]
    places = decimals(measure, [mean for mean in means if mean is not None])
    heading = measure.difference_heading.replace("Δ ", "", 1)
    yield Part(
        f"Effects on {heading}",
        tuple(_columns(measure, places, effects)),
        tuple(_notes(effects)),
    )


def _columns(measure: Measure, places: int, effects: Sequence[Effect]) -> Iterator[Series]:
    names = tuple(Field(one.name) for one in effects)
    yield Series("effect", "effect", "left", names, written=True)
    yield Series(
        "mean",
        f"mean [{CONFIDENCE * 100:g} % CI]",
        "right",
        tuple(Field(_mean(one, measure, places), one.clear) for one in effects),
    )
    sds = (one.test.sd for one in effects)
    yield Series("sd", "SD", "right", tuple(Field(_amount(sd, measure, places)) for sd in sds))
    yield Series("p", "p", "right", tuple(Field(p_text(one.test.p)) for one in effects))
    adjusted = tuple(Field(p_text(one.adjusted), one.clear) for one in effects)
    yield Series("adjusted", "p (Holm)", "right", adjusted)
    seen = tuple(Field(_amount(_detectable(one, effects), measure, places)) for one in effects)
    yield Series("detectable", "detectable", "right", seen)


def _mean(one: Effect, measure: Measure, places: int) -> str:
    mean = number(one.test.mean, measure, places, signed=True)
    interval = one.test.interval
    return f"{mean} {ends(interval, measure, places) if interval else f'({one.test.says})'}"


def _amount(value: float | None, measure: Measure, places: int) -> str:
    return NOTHING if value is None else number(value, measure, places)


def _detectable(one: Effect, effects: Sequence[Effect]) -> float | None:
    if one.test.p is None or not one.test.sd:
        return None
    tests = sum(other.test.p is not None for other in effects)
    return detectable(one.test.sd, one.test.n, alpha=ALPHA / tests)


def _notes(effects: Sequence[Effect]) -> Iterator[str]:
    seeds = seeds_in_words(effects[0].contrasts)
    yield (
        "The effect of a factor: the mean of all variants with it less the mean of those without. "
        "A × B: the effect of A with B less its effect without. Equal to least squares with each "
        f"factor coded −½ and +½; over {seeds}, done in every variant."
    )
    tests = sum(one.test.p is not None for one in effects)
    if tests:
        yield how_adjusted(tests, "effect")
