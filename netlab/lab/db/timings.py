"""Timings as the lab keeps them: rounds of sessions, in which networks were timed in turn."""

from __future__ import annotations

import json
import math
import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from netlab.lab.records import TimingRound

TimingValues = dict[str, dict[str, dict[int, float]]]
"""By variant, by measure, by round (from 1): the figures of one session."""


def add_timing(conn: sqlite3.Connection, timing: TimingRound) -> None:
    """Keep one round of one network, within a transaction; a repeated round takes its place.

    Raises `ValueError` for a figure that is no finite number: nothing was measured then.
    """
    for name, value in timing.measures.items():
        if not math.isfinite(value):
            raise ValueError(f"round {timing.round}: {name} is {value}")
    conn.execute(
        "INSERT OR REPLACE INTO timing (session, series, round, measures, hardware, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            timing.session,
            timing.series,
            timing.round,
            json.dumps(
                {
                    name: {"median": value, "blocks": timing.blocks.get(name, ())}
                    for name, value in timing.measures.items()
                }
            ),
            json.dumps(timing.hardware, ensure_ascii=False),
            timing.at or time.time(),
        ),
    )


def timings_for(
    conn: sqlite3.Connection, variants: Mapping[str, str]
) -> dict[str, tuple[TimingRound, ...]]:
    """The rounds of each variant, from one session; `variants` gives the series of each.

    Figures of two sessions may not be compared, so only one is told: the latest of those that
    have timed the most of these variants. One that ended within its first two rounds, and so
    shows no spread, comes after those that did not.
    """
    rows = conn.execute(
        "SELECT * FROM timing WHERE series IN (SELECT value FROM json_each(?)) ORDER BY at, round",
        (json.dumps(list(variants.values())),),
    ).fetchall()
    sessions: dict[str, dict[str, list[TimingRound]]] = {}
    for row in rows:
        sessions.setdefault(row["session"], {}).setdefault(row["series"], []).append(
            _to_timing(row)
        )
    if not sessions:
        return {}
    rank = {
        name: (
            len(series),
            min(len(own) for own in series.values()) > 1,
            max(one.at for own in series.values() for one in own),
        )
        for name, series in sessions.items()
    }
    chosen = sessions[max(sessions, key=lambda name: rank[name])]
    return {
        variant: tuple(sorted(chosen[series], key=lambda one: one.round))
        for variant, series in variants.items()
        if series in chosen
    }


def timing_values(found: Mapping[str, tuple[TimingRound, ...]]) -> TimingValues:
    """The figures alone: `{variant: {measure: {round: value}}}`."""
    figures: TimingValues = {}
    for variant, rounds in found.items():
        own = figures.setdefault(variant, {})
        for one in rounds:
            for name, value in one.measures.items():
                own.setdefault(name, {})[one.round] = value
    return figures


def _to_timing(row: sqlite3.Row) -> TimingRound:
    figures: dict[str, Any] = json.loads(row["measures"])
    return TimingRound(
        session=row["session"],
        series=row["series"],
        round=row["round"],
        measures={name: figure["median"] for name, figure in figures.items()},
        blocks={name: tuple(figure["blocks"]) for name, figure in figures.items()},
        hardware=json.loads(row["hardware"]),
        at=row["at"],
    )
