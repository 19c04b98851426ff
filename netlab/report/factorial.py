"""A full factorial's main effects and interactions, below its table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlab.measures import Measure
from netlab.report.evidence import describe_correction, format_p
from netlab.report.render.text_table import (
    MISSING_TEXT,
    Section,
    TextCell,
    TextColumn,
    format_interval,
    format_value,
)
from netlab.report.run_states import format_seeds
from netlab.report.stats.factorial_effects import Effect, factorial_effects
from netlab.report.stats.intervals import ALPHA, CONFIDENCE
from netlab.report.stats.power import min_detectable_effect
from netlab.report.table import Table


def effects_of(table: Table, place: int) -> tuple[Effect, ...]:
    """The effects on the measure in column `place`; empty for other designs or without runs."""
    if not table.factors:
        return ()
    values = {row.variant: row.cells[place].values for row in table.rows}
    return factorial_effects(values, table.factors)


def effects_section(table: Table, place: int) -> Iterator[Section]:
    """The effects as a grid, where the table is of a full factorial with a seed done in all."""
    effects = effects_of(table, place)
    if not effects:
        return
    measure = table.columns[place].measure
    means = [row.cells[place].value for row in table.rows]
    places = measure.decimals([mean for mean in means if mean is not None])
    heading = measure.difference_heading.replace("Δ ", "", 1)
    yield Section(
        f"Effects on {heading}",
        tuple(_columns(measure, places, effects)),
        tuple(_notes(effects)),
    )


def _columns(measure: Measure, places: int, effects: Sequence[Effect]) -> Iterator[TextColumn]:
    names = tuple(TextCell(one.name) for one in effects)
    yield TextColumn("effect", "effect", "left", names, user_text=True)
    yield TextColumn(
        "mean",
        f"mean [{CONFIDENCE * 100:g} % CI]",
        "right",
        tuple(TextCell(_mean(one, measure, places), one.significant) for one in effects),
    )
    sds = (one.test.sd for one in effects)
    yield TextColumn(
        "sd", "SD", "right", tuple(TextCell(_amount(sd, measure, places)) for sd in sds)
    )
    yield TextColumn("p", "p", "right", tuple(TextCell(format_p(one.test.p)) for one in effects))
    adjusted = tuple(TextCell(format_p(one.p_adjusted), one.significant) for one in effects)
    yield TextColumn("adjusted", "p (Holm)", "right", adjusted)
    seen = tuple(TextCell(_amount(_detectable(one, effects), measure, places)) for one in effects)
    yield TextColumn("detectable", "detectable", "right", seen)


def _mean(one: Effect, measure: Measure, places: int) -> str:
    mean = format_value(one.test.mean, measure, places, signed=True)
    interval = one.test.interval
    return f"{mean} {format_interval(interval, measure, places) if interval else f'({one.test.no_test_reason})'}"


def _amount(value: float | None, measure: Measure, places: int) -> str:
    return MISSING_TEXT if value is None else format_value(value, measure, places)


def _detectable(one: Effect, effects: Sequence[Effect]) -> float | None:
    if one.test.p is None or not one.test.sd:
        return None
    tests = sum(other.test.p is not None for other in effects)
    return min_detectable_effect(one.test.sd, one.test.n, alpha=ALPHA / tests)


def _notes(effects: Sequence[Effect]) -> Iterator[str]:
    seeds = format_seeds(effects[0].contrasts)
    yield (
        "The effect of a factor: the mean of all variants with it less the mean of those without. "
        "A × B: the effect of A with B less its effect without. Equal to least squares with each "
        f"factor coded −½ and +½; over {seeds}, done in every variant."
    )
    tests = sum(one.test.p is not None for one in effects)
    if tests:
        yield describe_correction(tests, "effect")
