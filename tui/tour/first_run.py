"""Whether the app greets: only who has nothing open and nothing in the lab."""

from __future__ import annotations

from pathlib import Path

from textual.message import Message

from netlab.errors import NetlabError


class EmptyLab(Message):
    """Nobody has trained anything in the lab; `empty` is false where somebody has."""

    def __init__(self, *, empty: bool) -> None:
        super().__init__()
        self.empty = empty


def check_lab(lab: Path) -> EmptyLab:
    """Whether the lab holds no study; one that cannot be read may hold some. In a thread."""
    from tui.compare.reading import read_plans

    try:
        return EmptyLab(empty=not (lab.exists() and read_plans(lab)))
    except NetlabError:
        return EmptyLab(empty=False)
