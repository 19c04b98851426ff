"""Whether the app greets: only a user with nothing open and nothing in the lab."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from netlab.errors import NetlabError


@dataclass(kw_only=True)
class EmptyLab(Message):
    """Whether the lab holds no study."""

    empty: bool


def check_lab(lab: Path) -> EmptyLab:
    """A lab that cannot be read counts as one that holds some. Call it in a thread."""
    from netlab.lab.store import Lab

    if not lab.exists():
        return EmptyLab(empty=True)
    try:
        with Lab.open(lab, readonly=True) as opened:
            return EmptyLab(empty=not opened.studies.conditions())
    except NetlabError:
        return EmptyLab(empty=False)
