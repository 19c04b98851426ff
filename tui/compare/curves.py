"""The curves of several variants on one pair of axes: means over seeds, or each seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Literal

from netlab.lab.records import Epoch
from netlab.report.plain import plain
from netlab.report.table import Row
from tui.widgets.plot import SLOTS, Curve, Plot, sign_of
from tui.widgets.spans import Points, points

TITLES = {
    "val_accuracy": "validation accuracy (%)",
    "val_loss": "validation loss",
    "train_accuracy": "training accuracy (%)",
    "train_loss": "training loss",
}


def overlaid(
    rows: Sequence[Row],
    epochs: Mapping[str, Sequence[Epoch]],
    what: str,
    *,
    each: bool,
    ascii: bool,  # noqa: A002
) -> Plot:
    """The curves of `rows` by epoch, `each` seed's or their mean, with a legend as the title."""
    role: Literal["training", "validation"] = "training"
    if what.startswith("val"):
        role = "validation"
    curves: list[Curve] = []
    legend = []
    for slot, row in enumerate(rows[:SLOTS]):
        told = [epochs[run.id] for run in row.runs if epochs.get(run.id)]
        lines = [_line(one, what) for one in told] if each else [_mean(told, what)]
        curves += [Curve(line, role, slot) for line in lines if line]
        legend.append(f"{sign_of(slot, role, ascii=ascii)} {plain(row.variant)}")
    how = "each seed" if each else "means over seeds"
    title = f"{TITLES[what]} by epoch, {how}:  {'  '.join(legend)}"
    empty = f"No {TITLES[what].partition(' (')[0]} yet of {', '.join(r.variant for r in rows)}"
    if role == "validation":
        empty += ", or no validation split: c shows other curves"
    return Plot(title, tuple(curves), plain(empty))


def _line(epochs: Sequence[Epoch], what: str) -> Points:
    return points((one.epoch, getattr(one, what)) for one in epochs)


def _mean(runs: Sequence[Sequence[Epoch]], what: str) -> Points:
    """The mean over the epochs that every run has told of, so that no seed drops out midway."""
    by_epoch = [{one.epoch: getattr(one, what) for one in run} for run in runs]
    shared = set.intersection(*(set(one) for one in by_epoch)) if by_epoch else set()
    return points((epoch, _of([one[epoch] for one in by_epoch])) for epoch in sorted(shared))


def _of(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known and len(known) == len(values) else None
