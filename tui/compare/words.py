"""What Compare says of itself: how the table is arranged, and why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from netlab.lab.records import Plan
from netlab.report.plain import plain
from tui.compare.answers import Shown
from tui.compare.view import View
from tui.compare.wanted import SEEDS, Wanted


def empty_words(lab: Path, plans: Sequence[Plan] | None, shown: Shown | None) -> str:
    """What to do where there is nothing to compare; empty where there is.

    `plans` are None until the lab has been read.
    """
    if plans is not None and not plans:
        return (
            f"Nothing to compare yet: {plain(lab.name)} holds no study.\n\n"
            "2  plan a study of your own, and start it\n"
            "3  go to Train, where b trains the demo study\n"
            "5  be led from a question to a verdict"
        )
    if shown is None:
        return "Reading …"
    if not any(row.done for row in shown.table.rows):
        return "No run of this study is finished yet: press 3 to watch, or s for another study."
    return ""


def status_words(
    view: View,
    wanted: Wanted,
    beside: tuple[int, int],
    *,
    ascii: bool,  # noqa: A002
) -> str:
    """How the table is arranged, and what of it is out of view."""
    parts = [SEEDS[wanted.seeds]]
    if view.found < view.variants:
        parts.insert(0, f"{view.found} of {view.variants} variants match “{plain(wanted.search)}”")
    else:
        parts.insert(0, f"{view.variants} variants")
    title = next((head.title for head in view.heads if head.key == view.order), None)
    if title is not None:
        parts.append(f"by {title}, {'falling' if view.falling else 'rising'}")
    if wanted.differing:
        parts.append("only what differs")
    if wanted.baseline is not None:
        parts.append(f"against {plain(wanted.baseline)}")
    left, right = beside
    arrows = ("<", ">") if ascii else ("‹", "›")
    hidden = [f"{arrows[0]} {left}"] * (left > 0) + [f"{right} {arrows[1]}"] * (right > 0)
    if hidden:
        parts.append(f"columns {' '.join(hidden)}")
    return " | ".join(parts) if ascii else " · ".join(parts)
