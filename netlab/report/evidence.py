"""What is behind the differences of a table: tests, effect sizes, and what could be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from netlab.measures import Measure
from netlab.report.grid import NOTHING, Field, Part, Series, decimals, ends, number, variants
from netlab.report.intervals import ALPHA, CONFIDENCE
from netlab.report.power import MOST_SEEDS, POWER
from netlab.report.statistics import Difference
from netlab.report.table import Table
from netlab.report.words import counted

P_DECIMALS = 4


def evidence(table: Table, place: int) -> Iterator[Part]:
    """The tests of the differences in column `place`, unless none could be tested."""
    rows = [row for row in table.rows if row.cells[place].difference]
    found = [one for one in (row.cells[place].difference for row in rows) if one]
    tests = max((one.tests for one in found if one.paired.p is not None), default=0)
    if not tests:
        return
    measure = table.columns[place].measure
    means = [row.cells[place].value for row in table.rows]
    places = decimals(measure, [mean for mean in means if mean is not None])
    by = table.columns[place].by
    columns = _columns(measure, places, found, by)
    yield Part(
        f"{measure.difference_heading.replace('Δ', 'Differences in', 1)} from the baseline",
        (variants(rows), *columns),
        tuple(_notes(tests, by)),
    )


def p_text(p: float | None) -> str:
    """`0.0028`, `< 0.0001`; a dash for none."""
    least = 10**-P_DECIMALS
    if p is None:
        return NOTHING
    return f"{p:.{P_DECIMALS}f}" if p >= least else f"< {least:.{P_DECIMALS}f}"


def seeds_text(found: Difference) -> str:
    """How many seeds would show this difference: `12`, `> 1000`, or `enough` where these do."""
    if found.paired.p is None:
        return NOTHING
    if found.clear:
        return "enough"
    needed = found.seeds_needed
    return f"> {MOST_SEEDS}" if needed is None else str(needed)


def how_adjusted(tests: int, what: str) -> str:
    """What the column of adjusted p is, for a family of `tests`."""
    return (
        f"p (Holm): two-sided p of the paired t test, corrected for {counted(tests, what)}; "
        f"marked where below {ALPHA:g}."
    )


def _columns(
    measure: Measure, places: int, found: Sequence[Difference], by: str
) -> Iterator[Series]:
    def amount(value: float | None) -> str:
        return NOTHING if value is None else number(value, measure, places)

    shown: tuple[tuple[str, str, Callable[[Difference], str]], ...] = (
        ("pairs", "pairs", lambda one: str(one.n)),
        ("sd", "SD", lambda one: amount(one.paired.sd)),
        (
            "welch",
            f"Welch [{CONFIDENCE * 100:g} % CI]",
            lambda one: ends(one.welch, measure, places) if one.welch else NOTHING,
        ),
        ("effect", "d_z", lambda one: _signed(one.paired.effect)),
        ("p", "p", lambda one: p_text(one.paired.p)),
        ("adjusted", "p (Holm)", lambda one: one.says or p_text(one.p)),
        ("detectable", "detectable", lambda one: amount(one.detectable)),
        ("needed", f"{by}s needed", seeds_text),
    )
    for key, heading, text in shown:
        fields = tuple(Field(text(one), one.clear and key == "adjusted") for one in found)
        yield Series(key, heading, "right", fields)


def _signed(effect: float | None) -> str:
    if effect is None:
        return NOTHING
    return f"{'−' if effect < 0 else '+'}{abs(effect):.2f}"


def _notes(tests: int, by: str) -> Iterator[str]:
    yield (
        f"SD: of the differences by {by}. Welch: the interval of an unpaired test. d_z: the mean "
        "difference in units of that SD."
    )
    yield how_adjusted(tests, "variant")
    yield (
        f"Detectable: the smallest true difference that as many {by}s show with {POWER * 100:g} % "
        f"chance, at the corrected level and with the SD found. {by.capitalize()}s needed: how many show the "
        f"difference found, likewise. Both are rough where the SD comes from few {by}s."
    )
