"""Notes under a table: what its figures are, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from netlab.format import pluralize
from netlab.lab.records import Run, StudyInCondition, TimingRound
from netlab.measures import MEMORY_KINDS, TIMED_MEMORY_KINDS, Measure
from netlab.report.comparability import common_values, run_setting
from netlab.report.run_states import capitalize, format_seeds
from netlab.report.stats.intervals import ALPHA, CONFIDENCE
from netlab.report.table import MeasureColumn, VariantRow
from netlab.suggest import suggest

MIN_NOTED_CPU_SHARE = 0.05
"""A smaller share of the CPUs that other processes used is not mentioned."""


def notes_for(rows: Sequence[VariantRow], columns: Sequence[MeasureColumn]) -> list[str]:
    """Data, protocol, hardware, seeds, spread, interval, and how each measure was taken."""
    runs = [run for row in rows for run in row.runs]
    done = [run for row in rows for run in row.done_runs]
    static = [column.measure for column in columns if column.measure.static]
    measured = [
        one.measure for one in columns if one.paired_by == "seed" and not one.measure.static
    ]
    return [
        *_condition(runs, done),
        *_setting(done),
        *_spread(rows, measured),
        *_differences(rows, columns),
        *_methods(static, done),
        *(_methods(measured, done) if done else []),
    ]


def notes_on_timing(
    columns: Sequence[MeasureColumn], timings: Mapping[str, Sequence[TimingRound]]
) -> list[str]:
    """How the measures that are timed apart from training were taken, and on what."""
    timed = [column.measure for column in columns if column.paired_by == "round"]
    if not timed:
        return []
    rounds = [one for own in timings.values() for one in own]
    same = common_values(one.hardware for one in rounds)
    setting = ", ".join(_setting_parts(same)) or "unknown hardware"
    how = (
        "timed apart from training, each in a process of its own with the lab to itself, in "
        f"{pluralize(max(one.round for one in rounds), 'round')} in which the variants take turns; "
        "means over the rounds"
    )
    if any(measure.name == "memory" for measure in timed):
        kind = TIMED_MEMORY_KINDS.get(same.get("memory_kind", ""), "of several kinds")
        how += f"; memory: {kind}"
    share = median(one.hardware.get("others", 0.0) for one in rounds)
    busy = f" Other processes used {100 * share:.0f} % of the CPUs meanwhile."
    labels = capitalize(", ".join(measure.label for measure in timed))
    return [f"{labels}: {how}. On {setting}.{busy if share >= MIN_NOTED_CPU_SHARE else ''}"]


def note_other_conditions(
    others: Iterable[StudyInCondition], where: str = "this table"
) -> list[str]:
    """The runs that are left out because of their condition, and how to see them."""
    return [
        f"Not in {where}: {pluralize(other.runs, 'run')} under another condition, {other.label}; "
        f"--condition {other.condition} shows them."
        for other in others
    ]


def note_outdated_runs(count: int, study: str | None, where: str = "this table") -> list[str]:
    """The finished runs that are left out since the recipe was changed, and how to see them."""
    if not count:
        return []
    runs = suggest("runs", "list", *([study] if study else []), "--all")
    lists = f"{runs} {'lists it' if count == 1 else 'lists them'}"
    had = f"{pluralize(count, 'finished run')} that the study had in an earlier form"
    return [f"Not in {where}: {had}; {lists}."]


def _condition(runs: Sequence[Run], done: Sequence[Run]) -> list[str]:
    if not runs:
        return []
    spec = runs[0].spec
    images = common_values(run.hardware.get("images", {}) for run in done)
    splits = ", ".join(f"{count} {split}" for split, count in images.items() if count)
    data = f"{spec.data.label} ({splits} images)" if splits else spec.data.label
    protocol = spec.protocol
    training = (
        f"{pluralize(protocol.epochs, 'epoch')}, batch {protocol.batch_size}, "
        f"{protocol.optimizer.name} at {protocol.optimizer.lr:g}, {protocol.schedule.name} schedule"
    )
    condition = runs[0].condition
    return [f"Data: {data}. Protocol {protocol.label}: {training}. Condition {condition}."]


def _setting(done: Sequence[Run]) -> list[str]:
    """The hardware and software of the runs, as far as they agree; cautions name the rest."""
    versions = common_values(run.hardware.get("versions", {}) for run in done)
    parts = [
        *_setting_parts(common_values(run_setting(run) for run in done)),
        *(f"{name} {version}" for name, version in versions.items()),
    ]
    return [f"Measured on {', '.join(parts)}."] if parts else []


def _setting_parts(same: Mapping[str, Any]) -> list[str]:
    parts = {name: str(value) for name, value in same.items()}
    if "threads" in same:
        parts["threads"] = pluralize(same["threads"], "thread")
    order = ("device_name", "threads", "precision", "layout")
    return [parts[name] for name in order if name in parts]


def _spread(rows: Sequence[VariantRow], measured: Sequence[Measure]) -> list[str]:
    seeds = {run.seed for row in rows for run in row.runs}
    if not seeds:
        return []
    parts = [f"{capitalize(format_seeds(seeds))}; n: finished runs"]
    if measured:
        parts.append(f"{', '.join(one.label for one in measured)}: means over them")
    if any(cell.sd is not None for row in rows for cell in row.cells):
        parts.append("±: their sample standard deviation")
    return [f"{'; '.join(parts)}."]


def _differences(rows: Sequence[VariantRow], columns: Sequence[MeasureColumn]) -> list[str]:
    detailed = [index for index, column in enumerate(columns) if column.detail]
    differences = [
        one for row in rows for index in detailed if (one := row.cells[index].difference)
    ]
    if not differences:
        return []
    pairings = list(dict.fromkeys(columns[index].paired_by for index in detailed))
    delta = f"Δ: mean difference from the baseline, paired by {' and '.join(pairings)}"
    if not any(one.interval for one in differences):
        return [f"{delta}; without a spread over seeds there is no interval, and no claim."]
    others = " and ".join(f"{pairing}s" for pairing in pairings)
    return [
        (
            f"{delta}, with its {CONFIDENCE * 100:g} % t interval, each taken alone; marked where p is "
            f"below {ALPHA:g} after Holm's correction for all variants of the table. "
            f"The interval holds for other {others}, not for other data."
        )
    ]


def _methods(measures: Sequence[Measure], done: Sequence[Run]) -> list[str]:
    methods = [f"{capitalize(one.label)}: {_method_of(one, done)}." for one in measures]
    return [" ".join(methods)] if methods else []


def _method_of(measure: Measure, done: Sequence[Run]) -> str:
    """How a measure was taken; for memory, which kind it is, from the runs."""
    if measure.name != "memory":
        return measure.method
    kinds = sorted({run.memory_kind for run in done if run.memory_kind})
    method = " or ".join(MEMORY_KINDS[kind] for kind in kinds) or measure.method
    return f"{method} (1 MB = 2^20 bytes)"
