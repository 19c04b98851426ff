"""The actions of Train."""

from __future__ import annotations

from tui.config.actions import Action

ACTIONS: tuple[Action, ...] = (
    Action("train.mark", "space", "Mark", "Draw the curves of this run, too.", show=True),
    Action("train.open", "enter", "Open", "All of a run; or open and close a study."),
    Action("train.pause", "p", "Pause", "Stop after a checkpoint, to go on later.", show=True),
    Action("train.resume", "r", "Resume", "Go on from the last checkpoint.", show=True),
    Action("train.stop", "x", "Cancel", "Stop after a checkpoint, for good or for now.", show=True),
    Action("train.retry", "t", "Retry failed", "Try the failed runs here once more."),
    Action("train.remove", "delete,D", "Remove", "Forget runs with results and checkpoints."),
    Action("train.log", "o", "Log", "Show or hide what the worker has written.", show=True),
    Action("train.filter", "slash", "Find", "Show only runs that have some words."),
    Action("train.clear", "escape", "Clear", "Show all runs again, and unmark them."),
    Action(
        "train.demo",
        "b",
        "Begin with the demo",
        "Train a small study on built-in images.",
        show=True,
    ),
)

NEEDS_RUNS = frozenset(action.name for action in ACTIONS) - {"demo"}
"""The actions that are offered only if the lab has runs."""
