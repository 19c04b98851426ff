"""The two plots of the Train screen, made from a snapshot."""

from __future__ import annotations

from collections.abc import Mapping

from tui.lab.event_tail import RunCurves
from tui.lab.snapshot import LabSnapshot
from tui.widgets.plots.line_plot import Curve, LinePlotData


def loss_plot(snapshot: LabSnapshot, slots: Mapping[str, int]) -> LinePlotData:
    """Training loss as reported, and validation loss, of the runs that have slots."""
    return _plot(snapshot, slots, "loss, by epoch", "train_loss", "val_loss")


def accuracy_plot(snapshot: LabSnapshot, slots: Mapping[str, int]) -> LinePlotData:
    """Training and validation accuracy of the runs that have slots."""
    return _plot(snapshot, slots, "accuracy (%), by epoch", "train_accuracy", "val_accuracy")


def _plot(
    snapshot: LabSnapshot, slots: Mapping[str, int], title: str, training: str, validation: str
) -> LinePlotData:
    curves = []
    for run, slot in slots.items():
        found = snapshot.curves.get(run, RunCurves())
        curves.append(Curve(getattr(found, training), "training", slot))
        curves.append(Curve(getattr(found, validation), "validation", slot))
    empty = "nothing reported yet" if slots else "move to a run to see its curves"
    return LinePlotData(title, tuple(curves), empty)
