"""The curves of several variants in one plot: means over seeds, or each seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Literal

from netlab.lab.records import Epoch
from netlab.report.table import VariantRow
from netlab.sanitize import sanitize
from tui.widgets.plots.downsampling import CurvePoints, to_spans
from tui.widgets.plots.line_plot import MAX_RUNS, Curve, LinePlotData, run_sign

CURVE_TITLES = {
    "val_accuracy": "validation accuracy (%)",
    "val_loss": "validation loss",
    "train_accuracy": "training accuracy (%)",
    "train_loss": "training loss",
}


def overlay_curves(
    rows: Sequence[VariantRow],
    epochs: Mapping[str, Sequence[Epoch]],
    kind: str,
    *,
    each: bool,
    ascii: bool,  # noqa: A002
) -> LinePlotData:
    """The curves of `rows` by epoch: of `each` seed, or means. The title is also the legend."""
    role: Literal["training", "validation"] = "training"
    if kind.startswith("val"):
        role = "validation"
    curves: list[Curve] = []
    legend = []
    for slot, row in enumerate(rows[:MAX_RUNS]):
        runs = [epochs[run.id] for run in row.runs if epochs.get(run.id)]
        lines = [_line(one, kind) for one in runs] if each else [_mean(runs, kind)]
        curves += [Curve(line, role, slot) for line in lines if line]
        legend.append(f"{run_sign(slot, role, ascii=ascii)} {sanitize(row.variant)}")
    how = "each seed" if each else "means over seeds"
    title = f"{CURVE_TITLES[kind]} by epoch, {how}:  {'  '.join(legend)}"
    empty = (
        f"No {CURVE_TITLES[kind].partition(' (')[0]} yet of {', '.join(r.variant for r in rows)}"
    )
    if role == "validation":
        empty += ", or no validation split: c shows other curves"
    return LinePlotData(title, tuple(curves), sanitize(empty))


def _line(epochs: Sequence[Epoch], what: str) -> CurvePoints:
    return to_spans((one.epoch, getattr(one, what)) for one in epochs)


def _mean(runs: Sequence[Sequence[Epoch]], what: str) -> CurvePoints:
    """The mean over the epochs that all runs have reported, so that no seed drops out midway."""
    by_epoch = [{one.epoch: getattr(one, what) for one in run} for run in runs]
    shared = set.intersection(*(set(one) for one in by_epoch)) if by_epoch else set()
    return to_spans((epoch, _of([one[epoch] for one in by_epoch])) for epoch in sorted(shared))


def _of(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known and len(known) == len(values) else None
