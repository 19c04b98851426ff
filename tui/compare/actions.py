"""The actions of Compare."""

from __future__ import annotations

from tui.config.actions import Action

ACTIONS: tuple[Action, ...] = (
    Action("compare.studies", "s", "Studies", "Choose a study and condition.", show=True),
    Action("compare.filter", "slash", "Filter", "Only variants that have a word.", show=True),
    Action(
        "compare.differences",
        "d",
        "Diff",
        "Only the columns in which something differs, or all.",
        show=True,
    ),
    Action("compare.sort", "o", "Sort", "Order by the cursor's column; again turns it round."),
    Action("compare.seeds", "n", "Seeds", "Means over seeds, each seed below, or seed by seed."),
    Action("compare.baseline", "b", "Baseline", "Take differences from the cursor's variant."),
    Action("compare.columns", "m", "Columns", "Choose the measures that are shown."),
    Action("compare.mark", "space", "Mark", "Add the variant to the curves, or take it out."),
    Action(
        "compare.view",
        "v",
        "View",
        "Details, curves, scatter, expectations or notes below.",
        show=True,
    ),
    Action("compare.axis", "x", "Cost axis", "Plot accuracy against another cost."),
    Action("compare.curve", "c", "Curve", "Overlay the next kind of curve: accuracy or loss."),
    Action("compare.zoom", "z", "Zoom", "Give the lower part the whole screen, or half of it."),
    Action("compare.copy", "y", "Copy", "Copy the table as markdown."),
    Action("compare.export", "e", "Export", "Write the table to a file.", show=True),
    Action("compare.reload", "r", "Reload", "Read the lab again."),
)
"""The most needed actions come first."""

NEEDS_STUDY = frozenset(action.name for action in ACTIONS) - {"reload", "studies"}
"""The actions that are offered only if a study is shown."""
