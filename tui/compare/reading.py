"""What Compare reads from the lab: the list of studies, one study's runs, and their curves.

Everything here runs in a thread. The lab is opened for reading, and closed again at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from netlab.lab.records import Condition, Entry, Epoch, StudyInCondition, StudyRecord, TimingRound

if TYPE_CHECKING:
    from netlab.report.verdicts.verdict import Verdict


@dataclass(frozen=True)
class LoadedStudy:
    """A study under one condition, with its runs."""

    study: StudyRecord
    condition: Condition
    entries: tuple[Entry, ...]
    others: tuple[Condition, ...]
    """Its other conditions, whose runs are not here."""
    verdicts: tuple[Verdict, ...] = ()
    """What became of each of its claims."""
    timings: Mapping[str, tuple[TimingRound, ...]] = field(default_factory=dict)
    """The rounds of each variant that was timed."""
    outdated: int = 0
    """Finished runs that the study had before its recipe was changed."""


def read_plans(lab: Path) -> tuple[StudyInCondition, ...]:
    """Every study under each condition, newest first; none where there is no lab yet.

    Raises `LabError` where there is one that cannot be read.
    """
    from netlab.lab.store import Lab

    if not lab.exists():
        return ()
    with Lab.open(lab, readonly=True) as opened:
        return tuple(opened.studies.by_condition())


def read_study(lab: Path, study: str, condition: str) -> LoadedStudy:
    """The study with its runs under `condition`. Raises `LabError`."""
    from netlab.lab.store import Lab

    with Lab.open(lab, readonly=True) as opened:
        conditions = {one.condition: one for one in opened.studies.conditions(study)}
        found = opened.studies.get(study, condition)
        entries = tuple(opened.runs.entries(study, condition))
        timings = opened.timings.rounds(found)
        outdated = opened.runs.count_outdated(study, condition)
    verdicts = _verdicts(found, entries, timings) if found.claims else ()
    chosen = conditions.pop(condition)
    others = tuple(conditions.values())
    return LoadedStudy(found, chosen, entries, others, verdicts, timings, outdated)


def _verdicts(
    study: StudyRecord, entries: tuple[Entry, ...], timings: Mapping[str, tuple[TimingRound, ...]]
) -> tuple[Verdict, ...]:
    from netlab.lab.db.timings import timing_values
    from netlab.report.verdicts.judge import judge

    return judge(study, entries, timing_values(timings))


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
