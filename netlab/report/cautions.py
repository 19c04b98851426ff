"""Cautions: what limits the comparison of the rows of a table, each in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netlab.lab.records import Run
from netlab.report.comparability import COMPARED, run_setting
from netlab.report.run_states import capitalize, format_seeds
from netlab.report.table import MeasureColumn, VariantRow

CLOCK_MEASURES = ("train_time", "test_time", "images_per_s")
"""Measures that depend on what else the machine did."""


def cautions_for(rows: Sequence[VariantRow], columns: Sequence[MeasureColumn]) -> list[str]:
    """Missing baseline, mixed settings, shared machine, missing pairs, weak evidence, failures."""
    return [
        *_missing_baseline(rows),
        *mixed_settings({row.variant: row.done_runs for row in rows}),
        *_concurrent_runs(rows, columns),
        *dict.fromkeys(_missing_pairs(rows, columns)),
        *_weak_evidence(rows, columns),
        *_failures(rows),
    ]


def mixed_settings(done: Mapping[str, Sequence[Run]]) -> list[str]:
    """A sentence for each aspect in which finished runs, by variant, differ."""
    cautions = []
    for aspect, name in COMPARED.items():
        variants = _variants_by_value(aspect, done)
        if len(variants) > 1:
            parts = "; ".join(f"{value} for {', '.join(own)}" for value, own in variants.items())
            cautions.append(f"Rows come from different {name}: {parts}.")
    return cautions


def _variants_by_value(aspect: str, done: Mapping[str, Sequence[Run]]) -> dict[object, list[str]]:
    """The variants of each value; a variant with several values is named with the seeds of each."""
    variants: dict[object, list[str]] = {}
    for variant, runs in done.items():
        seeds: dict[object, list[int]] = {}
        for run in runs:
            seeds.setdefault(run_setting(run).get(aspect, "unknown"), []).append(run.seed)
        for value, own in seeds.items():
            suffix = "" if len(seeds) == 1 else f" ({format_seeds(own)})"
            variants.setdefault(value, []).append(variant + suffix)
    return variants


def _missing_baseline(rows: Sequence[VariantRow]) -> list[str]:
    if not rows or rows[0].done_runs:
        return []
    if not any(row.done_runs for row in rows):
        return ["No run of this table is done yet."]
    return ["The baseline has no finished run: there are no differences."]


def _concurrent_runs(rows: Sequence[VariantRow], columns: Sequence[MeasureColumn]) -> list[str]:
    """Times of runs that trained side by side: they slow each other down, by different amounts."""
    clocked = [
        column.measure.label
        for column in columns
        if column.measure.name in CLOCK_MEASURES and column.paired_by == "seed"
    ]
    jobs = [max((run.hardware.get("jobs", 1) for run in row.done_runs), default=1) for row in rows]
    if not clocked or max(jobs, default=1) < 2:
        return []
    slowed = [row.variant for row, count in zip(rows, jobs, strict=True) if count > 1]
    which = "all rows" if len(slowed) == len(rows) else ", ".join(slowed)
    what = f"{', '.join(clocked)} of {which} cannot be compared"
    return [
        f"Up to {max(jobs)} runs trained at once: {what}; netlab time takes them apart from training."
    ]


def _missing_pairs(rows: Sequence[VariantRow], columns: Sequence[MeasureColumn]) -> Iterator[str]:
    """Differences that rest on fewer seeds than their row has results."""
    for row in rows[1:]:
        for base, cell, column in zip(rows[0].cells, row.cells, columns, strict=True):
            if not (column.detail and cell.values and base.values):
                continue
            shared = cell.values.keys() & base.values.keys()
            if not shared:
                yield f"{row.variant} shares no finished {column.paired_by} with the baseline."
            elif len(shared) < cell.n:
                on = format_seeds(shared, column.paired_by)
                yield f"{row.variant}: the difference is taken on {on}, which both have."


def _weak_evidence(rows: Sequence[VariantRow], columns: Sequence[MeasureColumn]) -> Iterator[str]:
    """Differences that are significant only when paired, or only without the correction."""
    for index, column in enumerate(columns):
        if not column.detail:
            continue
        label = capitalize(column.measure.label)
        found = [(row.variant, row.cells[index].difference) for row in rows]
        differences = [(variant, one) for variant, one in found if one]
        only_paired = [
            variant
            for variant, one in differences
            if one.significant and (welch := one.unpaired.interval) and not welch.excludes_zero
        ]
        if only_paired:
            yield (
                f"{label}: for {', '.join(only_paired)} the interval paired by {column.paired_by} "
                "excludes zero, the unpaired Welch interval does not."
            )
        only_alone = [
            (variant, one.family_size)
            for variant, one in differences
            if one.interval and one.interval.excludes_zero and not one.significant
        ]
        if only_alone:
            names = ", ".join(variant for variant, _ in only_alone)
            yield (
                f"{label}: for {names} the interval taken alone excludes zero, but not after the "
                f"correction for {only_alone[0][1]} variants: no claim."
            )


def _failures(rows: Sequence[VariantRow]) -> Iterator[str]:
    """The message of each failed or diverged run, once for all seeds that have it."""
    for row in rows:
        seeds: dict[str, list[int]] = {}
        for run in row.runs:
            if run.state in {"failed", "diverged"} and run.message:
                seeds.setdefault(f"{run.state}: {run.message}", []).append(run.seed)
        for text, own in seeds.items():
            yield f"{row.variant}, {format_seeds(own)} {text}"
