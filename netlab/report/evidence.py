"""What is behind the differences of a table: tests, effect sizes, and what could be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from netlab.format import pluralize
from netlab.measures import Measure
from netlab.report.render.text_table import (
    MISSING_TEXT,
    Section,
    TextCell,
    TextColumn,
    format_interval,
    format_value,
    variant_column,
)
from netlab.report.stats.differences import Difference
from netlab.report.stats.intervals import ALPHA, CONFIDENCE
from netlab.report.stats.power import MAX_REQUIRED_N, TARGET_POWER
from netlab.report.table import Table

P_DECIMALS = 4


def tests_section(table: Table, place: int) -> Iterator[Section]:
    """The tests of the differences in column `place`, unless none could be tested."""
    rows = [row for row in table.rows if row.cells[place].difference]
    found = [one for one in (row.cells[place].difference for row in rows) if one]
    tests = max((one.family_size for one in found if one.paired.p is not None), default=0)
    if not tests:
        return
    measure = table.columns[place].measure
    means = [row.cells[place].value for row in table.rows]
    places = measure.decimals([mean for mean in means if mean is not None])
    by = table.columns[place].paired_by
    columns = _columns(measure, places, found, by)
    yield Section(
        f"{measure.difference_heading.replace('Δ', 'Differences in', 1)} from the baseline",
        (variant_column(rows), *columns),
        tuple(_notes(tests, by)),
    )


def format_p(p: float | None) -> str:
    """`0.0028`, `< 0.0001`; a dash for none."""
    least = 10**-P_DECIMALS
    if p is None:
        return MISSING_TEXT
    return f"{p:.{P_DECIMALS}f}" if p >= least else f"< {least:.{P_DECIMALS}f}"


def format_required_n(found: Difference) -> str:
    """How many seeds would show this difference: `12`, `> 1000`, or `enough` where these do."""
    if found.paired.p is None:
        return MISSING_TEXT
    if found.significant:
        return "enough"
    needed = found.required_n
    return f"> {MAX_REQUIRED_N}" if needed is None else str(needed)


def describe_correction(tests: int, what: str) -> str:
    """What the column of adjusted p is, for a family of `tests`."""
    return (
        f"p (Holm): two-sided p of the paired t test, corrected for {pluralize(tests, what)}; "
        f"marked where below {ALPHA:g}."
    )


def _columns(
    measure: Measure, places: int, found: Sequence[Difference], by: str
) -> Iterator[TextColumn]:
    def amount(value: float | None) -> str:
        return MISSING_TEXT if value is None else format_value(value, measure, places)

    shown: tuple[tuple[str, str, Callable[[Difference], str]], ...] = (
        ("pairs", "pairs", lambda one: str(one.n)),
        ("sd", "SD", lambda one: amount(one.paired.sd)),
        (
            "welch",
            f"Welch [{CONFIDENCE * 100:g} % CI]",
            lambda one: (
                format_interval(one.welch_interval, measure, places)
                if one.welch_interval
                else MISSING_TEXT
            ),
        ),
        ("effect", "d_z", lambda one: _signed(one.paired.effect_size)),
        ("p", "p", lambda one: format_p(one.paired.p)),
        ("adjusted", "p (Holm)", lambda one: one.no_test_reason or format_p(one.p_adjusted)),
        ("detectable", "detectable", lambda one: amount(one.min_detectable_effect)),
        ("needed", f"{by}s needed", format_required_n),
    )
    for key, heading, text in shown:
        fields = tuple(TextCell(text(one), one.significant and key == "adjusted") for one in found)
        yield TextColumn(key, heading, "right", fields)


def _signed(effect: float | None) -> str:
    if effect is None:
        return MISSING_TEXT
    return f"{'−' if effect < 0 else '+'}{abs(effect):.2f}"


def _notes(tests: int, by: str) -> Iterator[str]:
    yield (
        f"SD: of the differences by {by}. Welch: the interval of an unpaired test. d_z: the mean "
        "difference in units of that SD."
    )
    yield describe_correction(tests, "variant")
    yield (
        f"Detectable: the smallest true difference that as many {by}s show with {TARGET_POWER * 100:g} % "
        f"chance, at the corrected level and with the SD found. {by.capitalize()}s needed: how many show the "
        f"difference found, likewise. Both are rough where the SD comes from few {by}s."
    )
