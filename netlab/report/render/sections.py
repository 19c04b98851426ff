"""The sections below a table: changes, claims, values by seed, tests, and factorial effects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from netlab.format import pluralize
from netlab.report.render.text_table import (
    MISSING_TEXT,
    TextCell,
    TextColumn,
    cell_decimals,
    format_interval,
    format_value,
    variant_column,
)
from netlab.report.run_states import capitalize, format_seeds
from netlab.report.stats.differences import Difference
from netlab.report.stats.factorial_effects import Effect
from netlab.report.stats.intervals import ALPHA, CONFIDENCE
from netlab.report.stats.power import MAX_REQUIRED_N, TARGET_POWER
from netlab.report.table import Table, VariantRow
from netlab.report.verdicts.claim_summary import count_verdicts, describe_fixed, describe_source
from netlab.report.verdicts.verdict import DECIDED_KINDS, Verdict

SEEDS_PER_SECTION = 6
"""Columns of seeds that fit beside each other, also on a terminal of 80 columns."""
P_DECIMALS = 4


@dataclass(frozen=True)
class Section:
    """A titled grid below a table; `notes` explain its columns."""

    title: str
    columns: tuple[TextColumn, ...]
    notes: tuple[str, ...] = ()


def sections_of(table: Table) -> tuple[Section, ...]:
    """Every section that `table` has data for."""
    measured = (
        section
        for index, column in enumerate(table.columns)
        if column.detail and not column.measure.static
        for section in (
            *_seed_sections(table, index),
            *_tests_section(table, index),
            *_effects_section(table, index),
        )
    )
    return (*_changes_section(table.rows), *_claims_section(table.claims), *measured)


def _changes_section(rows: Sequence[VariantRow]) -> Iterator[Section]:
    """Each variant's changes and why it is tried, unless no variant changes anything."""
    changed = [row for row in rows if row.changes]
    if not changed:
        return
    columns = [
        variant_column(changed),
        _prose("change", ("; ".join(row.changes) for row in changed)),
    ]
    if any(row.because for row in changed):
        columns.append(_prose("because", (row.because or MISSING_TEXT for row in changed)))
    yield Section("Changes", tuple(columns))


def _claims_section(verdicts: Sequence[Verdict]) -> Iterator[Section]:
    """The claims with their verdicts; the notes give the figures of each."""
    if not verdicts:
        return
    numbers = (str(number) for number in range(1, len(verdicts) + 1))
    kinds = tuple(TextCell(one.kind, one.kind in DECIDED_KINDS) for one in verdicts)
    yield Section(
        f"Claims ({count_verdicts(verdicts)})",
        (
            _figures("number", "no.", numbers),
            TextColumn("verdict", "verdict", "left", kinds),
            _prose("claim", (one.claim.says for one in verdicts)),
            _prose("check", (one.claim.check for one in verdicts)),
        ),
        (
            *(f"Claim {number}: {_claim_note(one)}" for number, one in enumerate(verdicts, 1)),
            *_claim_method(verdicts),
        ),
    )


def _claim_note(one: Verdict) -> str:
    source = describe_source(one.claim)
    cited = f" Source: {source}." if source else ""
    return f"{one.explanation}.{cited} Fixed {describe_fixed(one.claim)}."


def _claim_method(verdicts: Sequence[Verdict]) -> Iterator[str]:
    clauses = (clause for one in verdicts for clause in one.clause_verdicts)
    tests = len({one.clause for one in clauses if one.paired_by != "exact"})
    if tests:
        yield (
            f"Counts are compared as they are; the rest by tests paired by seed, or by round of timing, "
            f"with p corrected by Holm's method for {pluralize(tests, 'comparison')} and a verdict where "
            f"it is below {ALPHA:g}. Intervals are not corrected. Not run: figures are missing."
        )


def _seed_sections(table: Table, index: int) -> Iterator[Section]:
    """A measure's values by seed or round, unless no variant has more than one."""
    column, cells = table.columns[index], [row.cells[index] for row in table.rows]
    if all(cell.n < 2 for cell in cells):
        return
    measure, by, decimals = column.measure, column.paired_by, cell_decimals(column.measure, cells)
    seeds = sorted({seed for cell in cells for seed in cell.values})
    for start in range(0, len(seeds), SEEDS_PER_SECTION):
        columns = (
            _figures(
                f"{by}_{seed}",
                f"{by} {seed}",
                (format_value(cell.values.get(seed), measure, decimals) for cell in cells),
            )
            for seed in seeds[start : start + SEEDS_PER_SECTION]
        )
        yield Section(
            f"{capitalize(measure.heading)} by {by}", (variant_column(table.rows), *columns)
        )


def _tests_section(table: Table, index: int) -> Iterator[Section]:
    """The tests of a measure's differences, unless none could be tested."""
    pairs = [(row, row.cells[index].difference) for row in table.rows]
    compared = [(row, difference) for row, difference in pairs if difference]
    family = [one.family_size for _, one in compared if one.paired.p is not None]
    if not family:
        return
    measure, by = table.columns[index].measure, table.columns[index].paired_by
    decimals = cell_decimals(measure, [row.cells[index] for row in table.rows])

    def amount(value: float | None) -> str:
        return format_value(value, measure, decimals)

    differences = [one for _, one in compared]
    columns: tuple[tuple[str, str, Callable[[Difference], str]], ...] = (
        ("pairs", "pairs", lambda one: str(one.n)),
        ("sd", "SD", lambda one: amount(one.paired.sd)),
        (
            "welch",
            f"Welch [{CONFIDENCE * 100:g} % CI]",
            lambda one: format_interval(one.unpaired.interval, measure, decimals),
        ),
        ("effect", "d_z", lambda one: _format_effect_size(one.paired.effect_size)),
        ("p", "p", lambda one: _format_p(one.paired.p)),
        ("adjusted", "p (Holm)", lambda one: one.no_test_reason or _format_p(one.p_adjusted)),
        ("detectable", "detectable", lambda one: amount(one.min_detectable_effect)),
        ("needed", f"{by}s needed", _format_required_n),
    )
    yield Section(
        f"{measure.difference_heading.replace('Δ', 'Differences in', 1)} from the baseline",
        (
            variant_column([row for row, _ in compared]),
            *(
                _figures(
                    key,
                    heading,
                    map(text, differences),
                    strong=[key == "adjusted" and one.significant for one in differences],
                )
                for key, heading, text in columns
            ),
        ),
        (
            (
                f"SD: of the differences by {by}. Welch: the interval of an unpaired test. d_z: the mean "
                "difference in units of that SD."
            ),
            _describe_correction(max(family), "variant"),
            (
                f"Detectable: the smallest true difference that as many {by}s show with "
                f"{TARGET_POWER * 100:g} % chance, at the corrected level and with the SD found. "
                f"{by.capitalize()}s needed: how many show the difference found with that chance. Both are "
                f"rough where the SD comes from few {by}s."
            ),
        ),
    )


def _effects_section(table: Table, index: int) -> Iterator[Section]:
    """The main effects and interactions, where a full factorial has a seed done in all variants."""
    effects = table.effects(index)
    if not effects:
        return
    measure = table.columns[index].measure
    decimals = cell_decimals(measure, [row.cells[index] for row in table.rows])
    significant = [one.significant for one in effects]

    def mean(one: Effect) -> str:
        value = format_value(one.paired.mean, measure, decimals, signed=True)
        reason = f"({one.paired.no_test_reason})"
        interval = one.paired.interval
        return f"{value} {format_interval(interval, measure, decimals) if interval else reason}"

    def amounts(values: Iterable[float | None]) -> Iterator[str]:
        return (format_value(value, measure, decimals) for value in values)

    heading = measure.difference_heading.replace("Δ ", "", 1)
    names = tuple(TextCell(one.name) for one in effects)
    tests = sum(one.paired.p is not None for one in effects)
    detectable = amounts(one.min_detectable_effect for one in effects)
    adjusted = (_format_p(one.p_adjusted) for one in effects)
    yield Section(
        f"Effects on {heading}",
        (
            TextColumn("effect", "effect", "left", names, user_text=True),
            _figures(
                "mean", f"mean [{CONFIDENCE * 100:g} % CI]", map(mean, effects), strong=significant
            ),
            _figures("sd", "SD", amounts(one.paired.sd for one in effects)),
            _figures("p", "p", (_format_p(one.paired.p) for one in effects)),
            _figures("adjusted", "p (Holm)", adjusted, strong=significant),
            _figures("detectable", "detectable", detectable),
        ),
        (
            (
                "The effect of a factor: the mean of all variants with it less the mean of those without. "
                "A × B: the effect of A with B less its effect without. Equal to least squares with each "
                f"factor coded −½ and +½; over {format_seeds(effects[0].contrasts)}, done in every variant."
            ),
            *([_describe_correction(tests, "effect")] if tests else []),
        ),
    )


def _figures(
    key: str, heading: str, texts: Iterable[str], *, strong: Iterable[bool] = ()
) -> TextColumn:
    """A column aligned to the right; the cells at which `strong` is true are marked."""
    cells = [TextCell(text) for text in texts]
    marks = [*strong] or [False] * len(cells)
    pairs = zip(cells, marks, strict=True)
    return TextColumn(
        key, heading, "right", tuple(TextCell(cell.text, mark) for cell, mark in pairs)
    )


def _prose(key: str, texts: Iterable[str]) -> TextColumn:
    """A column of text that a person wrote, which may go over several lines."""
    return TextColumn(key, key, "left", tuple(map(TextCell, texts)), user_text=True, wraps=True)


def _format_p(p: float | None) -> str:
    """`0.0028`, `< 0.0001`; a dash for none."""
    smallest = 10**-P_DECIMALS
    if p is None:
        return MISSING_TEXT
    return f"{p:.{P_DECIMALS}f}" if p >= smallest else f"< {smallest:.{P_DECIMALS}f}"


def _format_effect_size(effect: float | None) -> str:
    if effect is None:
        return MISSING_TEXT
    return f"{'−' if effect < 0 else '+'}{abs(effect):.2f}"


def _format_required_n(one: Difference) -> str:
    """How many seeds would show this difference: `12`, `> 1000`, or `enough` where these do."""
    if one.paired.p is None:
        return MISSING_TEXT
    if one.significant:
        return "enough"
    return f"> {MAX_REQUIRED_N}" if one.required_n is None else str(one.required_n)


def _describe_correction(tests: int, what: str) -> str:
    """The note on the column of adjusted p, for a family of `tests`."""
    return (
        f"p (Holm): two-sided p of the paired t test, corrected for {pluralize(tests, what)}; "
        f"marked where below {ALPHA:g}."
    )
