"""The texts around the table: how it is arranged, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from netlab.lab.records import StudyInCondition
from netlab.sanitize import sanitize
from tui.compare.messages import ShownStudy
from tui.compare.table_view import TableView
from tui.compare.view_options import SEED_MODES, ViewOptions


def empty_text(
    lab: Path, plans: Sequence[StudyInCondition] | None, shown: ShownStudy | None
) -> str:
    """What to do if there is nothing to compare; empty if there is something.

    `plans` is None until the lab has been read.
    """
    if plans is not None and not plans:
        return (
            f"Nothing to compare yet: {sanitize(lab.name)} holds no study.\n\n"
            "2  plan a study of your own, and start it\n"
            "3  go to Train, where b trains the demo study\n"
            "5  be led from a question to a verdict"
        )
    if shown is None:
        return "Reading …"
    if not any(row.done_runs for row in shown.table.rows):
        return "No run of this study is finished yet: press 3 to watch, or s for another study."
    return ""


def status_text(
    view: TableView,
    options: ViewOptions,
    beside: tuple[int, int],
    *,
    ascii: bool,  # noqa: A002
) -> str:
    """How the table is arranged, and how much of it is out of view."""
    parts = [SEED_MODES[options.seeds]]
    if view.matching < view.total:
        parts.insert(
            0, f"{view.matching} of {view.total} variants match “{sanitize(options.search)}”"
        )
    else:
        parts.insert(0, f"{view.total} variants")
    title = next((head.title for head in view.columns if head.key == view.sort_key), None)
    if title is not None:
        parts.append(f"by {title}, {'falling' if view.descending else 'rising'}")
    if options.differences_only:
        parts.append("only what differs")
    if options.baseline is not None:
        parts.append(f"against {sanitize(options.baseline)}")
    left, right = beside
    arrows = ("<", ">") if ascii else ("‹", "›")
    hidden = [f"{arrows[0]} {left}"] * (left > 0) + [f"{right} {arrows[1]}"] * (right > 0)
    if hidden:
        parts.append(f"columns {' '.join(hidden)}")
    return " | ".join(parts) if ascii else " · ".join(parts)
