"""What limits the comparison of the rows of a table, each in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netlab.lab.records import Run
from netlab.report.comparability import COMPARED, run_setting
from netlab.report.run_states import capitalize, format_seeds
from netlab.report.table import MeasureColumn, VariantRow

CLOCK_MEASURES = ("train_time", "test_time", "images_per_s")
"""Measures that depend on what else the machine did."""


def cautions_for(rows: Sequence[VariantRow], columns: Sequence[MeasureColumn]) -> list[str]:
    """Missing baseline, mixed hardware, company, missing pairs, doubtful intervals, failures."""
    return [
        *_baseline(rows),
        *mixed_settings({row.variant: row.done_runs for row in rows}),
        *_concurrent_runs(rows, columns),
        *_fewer_pairs(rows, columns),
        *_welch_disagrees(rows, columns),
        *_not_after_correction(rows, columns),
        *_failures(rows),
    ]


def mixed_settings(done: Mapping[str, Sequence[Run]]) -> list[str]:
    """A sentence for each aspect in which finished runs, by variant, differ, with who had what."""
    found = []
    for aspect, name in COMPARED.items():
        where = _variants_by_value(aspect, done)
        if len(where) > 1:
            parts = "; ".join(f"{value} for {', '.join(who)}" for value, who in where.items())
            found.append(f"Rows come from different {name}: {parts}.")
    return found


def _baseline(rows: Sequence[VariantRow]) -> list[str]:
    if not rows or rows[0].done_runs:
        return []
    if not any(row.done_runs for row in rows):
        return ["No run of this table is done yet."]
    return ["The baseline has no finished run: there are no differences."]


def _concurrent_runs(rows: Sequence[VariantRow], columns: Sequence[MeasureColumn]) -> list[str]:
    """Times of runs that trained several at once: they slow each other, and not alike."""
    clocked = [
        c.measure.label
        for c in columns
        if c.measure.name in CLOCK_MEASURES and c.paired_by == "seed"
    ]
    most = max((run.hardware.get("jobs", 1) for row in rows for run in row.done_runs), default=1)
    if not clocked or most < 2:
        return []
    slowed = [row for row in rows if any(run.hardware.get("jobs", 1) > 1 for run in row.done_runs)]
    who = "all rows" if len(slowed) == len(rows) else ", ".join(row.variant for row in slowed)
    what = f"{', '.join(clocked)} of {who} cannot be compared"
    return [
        f"Up to {most} runs trained at once: {what}; netlab time takes them apart from training."
    ]


def _variants_by_value(aspect: str, done: Mapping[str, Sequence[Run]]) -> dict[object, list[str]]:
    """The variants of each value of an aspect; one of several is named with the seeds of each."""
    where: dict[object, list[str]] = {}
    for variant, runs in done.items():
        seeds: dict[object, list[int]] = {}
        for run in runs:
            seeds.setdefault(run_setting(run).get(aspect, "unknown"), []).append(run.seed)
        for value, some in seeds.items():
            part = "" if len(seeds) == 1 else f" ({format_seeds(some)})"
            where.setdefault(value, []).append(variant + part)
    return where


def _fewer_pairs(rows: Sequence[VariantRow], columns: Sequence[MeasureColumn]) -> list[str]:
    """Differences that rest on fewer seeds than their row has results."""
    found: dict[str, None] = {}
    for row in rows[1:]:
        for base, cell, column in zip(rows[0].cells, row.cells, columns, strict=True):
            if not (column.detail and cell.values and base.values):
                continue
            shared = cell.values.keys() & base.values.keys()
            if not shared:
                found[f"{row.variant} shares no finished {column.paired_by} with the baseline."] = (
                    None
                )
            elif len(shared) < cell.n:
                on = format_seeds(shared, column.paired_by)
                found[f"{row.variant}: the difference is taken on {on}, which both have."] = None
    return list(found)


def _welch_disagrees(rows: Sequence[VariantRow], columns: Sequence[MeasureColumn]) -> list[str]:
    """Differences that are clear only thanks to the pairing of seeds."""
    found = []
    for place, column in enumerate(columns):
        differences = [(row.variant, row.cells[place].difference) for row in rows]
        doubtful = [
            variant
            for variant, one in differences
            if one
            and one.significant
            and one.welch_interval
            and not one.welch_interval.excludes_zero
        ]
        if column.detail and doubtful:
            found.append(
                f"{capitalize(column.measure.label)}: for {', '.join(doubtful)} the interval paired "
                f"by {column.paired_by} excludes zero, the unpaired Welch interval does not."
            )
    return found


def _not_after_correction(
    rows: Sequence[VariantRow], columns: Sequence[MeasureColumn]
) -> list[str]:
    """Differences that would be clear if they were the only one looked at."""
    found = []
    for place, column in enumerate(columns):
        differences = [(row.variant, row.cells[place].difference) for row in rows]
        doubtful = [
            (variant, one.family_size)
            for variant, one in differences
            if one and one.interval and one.interval.excludes_zero and not one.significant
        ]
        if column.detail and doubtful:
            names = ", ".join(variant for variant, _ in doubtful)
            found.append(
                f"{capitalize(column.measure.label)}: for {names} the interval taken alone excludes "
                f"zero, but not after the correction for {doubtful[0][1]} variants: no claim."
            )
    return found


def _failures(rows: Sequence[VariantRow]) -> list[str]:
    """What each failed or diverged run said, told once for all its seeds."""
    found = []
    for row in rows:
        said: dict[str, list[int]] = {}
        for run in row.runs:
            if run.state in {"failed", "diverged"} and run.message:
                said.setdefault(f"{run.state}: {run.message}", []).append(run.seed)
        found += [f"{row.variant}, {format_seeds(some)} {text}" for text, some in said.items()]
    return found
