"""Reads a lab: the list of studies, a study's runs, curves, and a stamp that shows changes.

Call these functions in a thread. Each opens the lab read-only and closes it before it returns.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from netlab.lab.records import Epoch, StudyInCondition
from netlab.report.load import StudyData, load_study


def read_studies(lab: Path) -> tuple[StudyInCondition, ...]:
    """Every study under each condition, newest first; empty if the lab does not exist.

    Raises `LabError` if the lab cannot be read.
    """
    from netlab.lab.store import Lab

    if not lab.exists():
        return ()
    with Lab.open(lab, readonly=True) as opened:
        return tuple(opened.studies.conditions())


def read_study(lab: Path, study: str, condition: str) -> StudyData:
    """The study with its runs under `condition`. Raises `LabError`."""
    from netlab.lab.store import Lab

    with Lab.open(lab, readonly=True) as opened:
        return load_study(opened, study, condition)


def read_curves(lab: Path, runs: Iterable[str]) -> dict[str, list[Epoch]]:
    """The epochs of each run. Raises `LabError`."""
    from netlab.lab.store import Lab

    with Lab.open(lab, readonly=True) as opened:
        return {run: opened.runs.epochs(run) for run in runs}


def lab_stamp(lab: Path) -> tuple[tuple[int, int], ...]:
    """Times and sizes of the lab and its write-ahead log; any write to the lab changes them."""
    found = []
    for file in (lab, lab.with_name(f"{lab.name}-wal")):
        try:
            stat = file.stat()
        except OSError:
            continue
        found.append((stat.st_mtime_ns, stat.st_size))
    return tuple(found)
