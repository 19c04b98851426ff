"""What the Train screen says besides: what is going on, and what to do where there is nothing."""

from __future__ import annotations

from collections.abc import Sequence

from tui.lab.snapshot import LabSnapshot


def notice_text(snapshot: LabSnapshot, starting: Sequence[str]) -> str:
    """Studies that are being started, and why what is shown may be old; empty as a rule."""
    notes = [f"starting {name}: its runs appear here in a moment …" for name in starting]
    if snapshot.problem is not None:
        notes.append(snapshot.problem)
    return "\n".join(notes)


LAB_GONE_TEXT = (
    "The lab file is gone: it was deleted or moved away while it was shown here.\n\n"
    "Where it is put back, its runs are here again. The next study that is started makes a new,\n"
    "empty lab: b trains the demo study, 2 plans one of your own."
)


def empty_lab_text(
    snapshot: LabSnapshot, starting: Sequence[str], *, lab_read: bool, lab_existed: bool = False
) -> str:
    """How to get a first run, in the place of the list.

    `seen` once the lab has been looked for, `had` once it has been there.
    """
    if not lab_read:
        return "Reading the lab …"
    if snapshot.problem is not None:
        return "There is nothing to show of this lab."
    if starting:
        return "The first runs are about to appear."
    if snapshot.missing and lab_existed:
        return LAB_GONE_TEXT
    return (
        "No run yet.\n\n"
        "b  train the demo study: six small networks on built-in images\n"
        "2  plan a study of your own, and start it\n"
        "5  be led from a question to a verdict\n\n"
        "Runs that `netlab run RECIPE` starts in any terminal appear here as well."
    )
