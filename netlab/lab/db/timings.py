"""Timings in the lab: each session has rounds, in which its networks were timed in turn."""

from __future__ import annotations

import json
import math
import sqlite3
import time
from collections.abc import Mapping, Sequence
from typing import Any

from netlab.lab.db.lab_file import LabFile
from netlab.lab.records import StudyRecord, TimingRound

TimingValues = dict[str, dict[str, dict[int, float]]]
"""The values of one session, by variant, then measure, then round (from 1)."""


class Timings:
    """The timings of networks. Compare only values of the same session."""

    def __init__(self, file: LabFile) -> None:
        self._file = file

    def add(self, timing: TimingRound) -> None:
        """Store a round of timing a network; replaces the same round of the same session.

        The study need not be in the lab yet. Raises `ValueError` for a value that is not a finite
        number, because then nothing was measured.
        """
        for name, value in timing.measures.items():
            if not math.isfinite(value):
                raise ValueError(f"round {timing.round}: {name} is {value}")
        measures = {
            name: {"median": value, "blocks": timing.blocks.get(name, ())}
            for name, value in timing.measures.items()
        }
        row = {
            "session": timing.session,
            "series": timing.series,
            "round": timing.round,
            "measures": json.dumps(measures),
            "hardware": json.dumps(timing.hardware, ensure_ascii=False),
            "at": timing.at or time.time(),
        }
        with self._file.writing():
            self._file.tables.table("timing").insert(row, replace=True)

    def rounds(self, study: StudyRecord) -> dict[str, tuple[TimingRound, ...]]:
        """The rounds of each variant that was timed, all from one session.

        It is the session that timed the most of these networks; among equals, one with at least two
        rounds of each network (so that there is a spread), and then the latest.
        """
        series_of = {v.name: v.series for v in study.variants if v.series}
        with self._file.reading() as conn:
            rows = conn.execute(
                "SELECT * FROM timing WHERE series IN (SELECT value FROM json_each(?))"
                " ORDER BY at, round",
                (json.dumps(list(series_of.values())),),
            ).fetchall()
        sessions: dict[str, dict[str, list[TimingRound]]] = {}
        for row in rows:
            session = sessions.setdefault(row["session"], {})
            session.setdefault(row["series"], []).append(_to_timing(row))
        if not sessions:
            return {}
        chosen = max(sessions.values(), key=_rank)
        return {
            variant: tuple(sorted(chosen[series], key=lambda timing: timing.round))
            for variant, series in series_of.items()
            if series in chosen
        }


def _rank(session: Mapping[str, Sequence[TimingRound]]) -> tuple[int, bool, float]:
    return (
        len(session),
        min(len(rounds) for rounds in session.values()) > 1,
        max(timing.at for rounds in session.values() for timing in rounds),
    )


def timing_values(found: Mapping[str, tuple[TimingRound, ...]]) -> TimingValues:
    """The values without the rest: `{variant: {measure: {round: value}}}`."""
    values: TimingValues = {}
    for variant, rounds in found.items():
        own = values.setdefault(variant, {})
        for one in rounds:
            for name, value in one.measures.items():
                own.setdefault(name, {})[one.round] = value
    return values


def split_measures(measures: Mapping[str, Any]) -> dict[str, Any]:
    """The fields `measures` (medians) and `blocks` of a `TimingRound`, from its JSON."""
    return {
        "measures": {name: value["median"] for name, value in measures.items()},
        "blocks": {name: tuple(value["blocks"]) for name, value in measures.items()},
    }


def _to_timing(row: sqlite3.Row) -> TimingRound:
    return TimingRound(
        session=row["session"],
        series=row["series"],
        round=row["round"],
        **split_measures(json.loads(row["measures"])),
        hardware=json.loads(row["hardware"]),
        at=row["at"],
    )
