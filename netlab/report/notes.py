"""What the figures of a table are, and where they come from: the notes under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from netlab.format import pluralize
from netlab.lab.records import Condition, Run, TimingRound
from netlab.measures import MEMORY_KINDS, TIMED_MEMORY_KINDS, Measure
from netlab.recipe.protocol import Protocol
from netlab.report.comparability import common_values, run_setting
from netlab.report.run_states import capitalize, format_seeds
from netlab.report.stats.intervals import ALPHA, CONFIDENCE
from netlab.report.table import MeasureColumn, VariantRow
from netlab.suggest import suggest

MIN_NOTED_CPU_SHARE = 0.05
"""Share of the CPUs that others may use without a word of it."""


def notes_for(rows: Sequence[VariantRow], columns: Sequence[MeasureColumn]) -> list[str]:
    """Data, protocol, hardware, seeds, spread, interval, and how each measure was taken."""
    runs = [run for row in rows for run in row.runs]
    done = [run for row in rows for run in row.done_runs]
    exact = [column.measure for column in columns if column.measure.static]
    measured = [
        one.measure for one in columns if one.paired_by == "seed" and not one.measure.static
    ]
    return [
        *_condition(runs, done),
        *_setting(done),
        *_spread(rows, measured),
        *_differences(rows, columns),
        *_measures(exact, done),
        *(_measures(measured, done) if done else []),
    ]


def notes_on_timing(
    columns: Sequence[MeasureColumn], timings: Mapping[str, Sequence[TimingRound]]
) -> list[str]:
    """How the measures that are timed apart from training were taken, and on what."""
    labels = [column.measure.label for column in columns if column.paired_by == "round"]
    if not labels:
        return []
    rounds = [one for own in timings.values() for one in own]
    same = common_values(one.hardware for one in rounds)
    where = [str(same[name]) for name in ("device_name", "precision", "layout") if name in same]
    threads = [pluralize(same["threads"], "thread")] if "threads" in same else []
    on = ", ".join([*where, *threads]) or "hardware that was not told"
    most = max(one.round for one in rounds)
    how = (
        "timed apart from training, each in a process of its own with the lab to itself, in "
        f"{pluralize(most, 'round')} in which the variants take turns; means over the rounds"
    )
    if any(column.measure.name == "memory" and column.paired_by == "round" for column in columns):
        how += (
            f"; memory: {TIMED_MEMORY_KINDS.get(same.get('memory_kind', ''), 'of several kinds')}"
        )
    others = median(one.hardware.get("others", 0.0) for one in rounds)
    noted = others >= MIN_NOTED_CPU_SHARE
    busy = f" Other processes used {100 * others:.0f} % of the CPUs meanwhile." if noted else ""
    return [f"{capitalize(', '.join(labels))}: {how}. On {on}.{busy}"]


def note_other_conditions(others: Iterable[Condition], where: str = "this table") -> list[str]:
    """Where the runs are that this table may not hold."""
    return [
        f"Not in {where}: {pluralize(other.runs, 'run')} under another condition, {other.label}; "
        f"--condition {other.condition} shows them."
        for other in others
    ]


def note_outdated_runs(count: int, study: str | None, where: str = "this table") -> list[str]:
    """Where the results are that were there before the recipe was changed."""
    if not count:
        return []
    runs = suggest("runs", "list", *([study] if study else []), "--all")
    lists = f"{runs} {'lists it' if count == 1 else 'lists them'}"
    had = f"{pluralize(count, 'finished run')} that the study had in an earlier form"
    return [f"Not in {where}: {had}; {lists}."]


def describe_protocol(protocol: Protocol) -> str:
    """What decides the result, in one line: `12 epochs, batch 128, sgd at 0.2 …`."""
    return (
        f"{pluralize(protocol.epochs, 'epoch')}, batch {protocol.batch_size}, "
        f"{protocol.optimizer.name} at {protocol.optimizer.lr:g}, {protocol.schedule.name} schedule"
    )


def _condition(runs: Sequence[Run], done: Sequence[Run]) -> list[str]:
    if not runs:
        return []
    spec = runs[0].spec
    images = common_values(run.hardware.get("images", {}) for run in done)
    splits = ", ".join(f"{count} {split}" for split, count in images.items() if count)
    data = f"{spec.data.label} ({splits} images)" if splits else spec.data.label
    protocol = f"Protocol {spec.protocol.label}: {describe_protocol(spec.protocol)}"
    return [f"Data: {data}. {protocol}. Condition {runs[0].condition}."]


def _setting(done: Sequence[Run]) -> list[str]:
    """Where and with what the runs were done, as far as they agree; a caution tells the rest."""
    same = common_values(run_setting(run) for run in done)
    threads = [pluralize(same["threads"], "thread")] if "threads" in same else []
    versions = common_values(run.hardware.get("versions", {}) for run in done)
    parts = [
        *(str(same[name]) for name in ("device_name",) if name in same),
        *threads,
        *(str(same[name]) for name in ("precision", "layout") if name in same),
        *(f"{name} {version}" for name, version in versions.items()),
    ]
    return [f"Measured on {', '.join(parts)}."] if parts else []


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
    places = [place for place, column in enumerate(columns) if column.detail]
    found = [row.cells[place].difference for row in rows for place in places]
    told = [one for one in found if one]
    if not told:
        return []
    by = " and ".join(dict.fromkeys(columns[place].paired_by for place in places))
    delta = f"Δ: mean difference from the baseline, paired by {by}"
    if not any(one.interval for one in told):
        return [f"{delta}; without a spread over seeds there is no interval, and no claim."]
    others = by.replace("seed", "seeds").replace("round", "rounds")
    interval = f"with its {CONFIDENCE * 100:g} % t interval, each taken alone"
    marked = (
        f"marked where p is below {ALPHA:g} after Holm's correction for all variants of the table"
    )
    return [f"{delta}, {interval}; {marked}. It speaks of other {others}, not of other data."]


def _measures(measures: Sequence[Measure], done: Sequence[Run]) -> list[str]:
    told = [f"{capitalize(one.label)}: {_method_of(one, done)}." for one in measures]
    return [" ".join(told)] if told else []


def _method_of(measure: Measure, done: Sequence[Run]) -> str:
    """How a measure was taken; for memory, which kind it is, from the runs."""
    if measure.name != "memory":
        return measure.method
    kinds = sorted({run.memory_kind for run in done if run.memory_kind})
    says = " or ".join(MEMORY_KINDS[kind] for kind in kinds) or measure.method
    return f"{says} (1 MB = 2^20 bytes)"
