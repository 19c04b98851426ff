"""Reads of a lab: the list of studies, one study's runs, their curves, and whether it has changed.

Everything here runs in a thread. The lab is opened for reading, and closed again at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from netlab.lab.records import Epoch, StudyInCondition
from netlab.report.load import StudyData, load_study


def read_studies(lab: Path) -> tuple[StudyInCondition, ...]:
    """Every study under each condition, newest first; none where there is no lab yet.

    Raises `LabError` where there is one that cannot be read.
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
    """Changes when anything is written to the lab: sizes and times of its file and its log."""
    found = []
    for file in (lab, lab.with_name(f"{lab.name}-wal")):
        try:
            stat = file.stat()
        except OSError:
            continue
        found.append((stat.st_mtime_ns, stat.st_size))
    return tuple(found)
