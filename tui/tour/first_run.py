"""Checks whether the lab is empty, for the greeting of newcomers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual.message import Message

from netlab.errors import NetlabError


@dataclass(kw_only=True)
class EmptyLab(Message):
    """The lab was checked; `empty` if it has no studies."""

    empty: bool


def check_lab(lab: Path) -> EmptyLab:
    """Whether the lab has no studies; False if it cannot be read. Call it in a thread."""
    from netlab.lab.store import Lab

    if not lab.exists():
        return EmptyLab(empty=True)
    try:
        with Lab.open(lab, readonly=True) as opened:
            return EmptyLab(empty=not opened.studies.conditions())
    except NetlabError:
        return EmptyLab(empty=False)
