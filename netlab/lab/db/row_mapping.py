"""Rows of the lab as records. JSON columns and specs are parsed here and nowhere else."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from netlab.errors import LabError
from netlab.lab.db.migrations import RESULT_COLUMNS
from netlab.lab.records import Entry, Epoch, Run, StudyVariant
from netlab.recipe.run_spec import RunSpec

RUN_COLUMNS = "run.*, series.spec, series.condition"
"""What to select of `run JOIN series USING (series)` for `run_of`."""


def to_run(row: Mapping[str, Any]) -> Run:
    """The run in a row with the columns `RUN`."""
    return Run(
        id=row["id"],
        hash=row["hash"],
        condition=row["condition"],
        state=row["state"],
        reason=row["reason"],
        message=row["message"],
        seed=row["seed"],
        spec=parse_spec(row["spec"], row["id"]).model_copy(update={"seed": row["seed"]}),
        created=row["created"],
        started=row["started"],
        ended=row["ended"],
        epoch=row["epoch"],
        epochs=row["epochs"],
        step=row["step"],
        steps=row["steps"],
        device=row["device"],
        hardware=json.loads(row["hardware"] or "{}"),
        results={name: row[name] for name in RESULT_COLUMNS if row[name] is not None},
        memory_kind=row["memory_kind"],
        live_metrics=json.loads(row["live_metrics"] or "{}"),
        stop_request=row["stop_request"],
        worker=row["worker"],
        requested_device=row["requested_device"] or "auto",
    )


def to_entry(row: sqlite3.Row) -> Entry:
    """The entry in a row with the columns `RUN`, `study` and `variant`."""
    return Entry(row["study"], row["variant"], to_run(dict(row)))


def to_variant(row: sqlite3.Row) -> StudyVariant:
    """The variant in a row of `variant`."""
    return StudyVariant(
        row["name"],
        row["because"],
        tuple(json.loads(row["changes"])),
        row["params"],
        row["macs"],
        row["expect"],
        row["series"],
    )


def to_epoch(row: sqlite3.Row) -> Epoch:
    """The epoch in a row of `epoch`. SQLite keeps no NaN: a missing training loss was one."""
    return Epoch(
        epoch=row["epoch"],
        step=row["step"],
        train_loss=_or_nan(row["train_loss"]),
        train_accuracy=_or_nan(row["train_accuracy"]),
        val_loss=row["val_loss"],
        val_accuracy=row["val_accuracy"],
        val_top5=row["val_top5"],
        lr=_or_nan(row["lr"]),
        seconds=_or_nan(row["seconds"]),
        images_per_s=_or_nan(row["images_per_s"]),
        memory=row["memory"],
    )


def parse_spec(text: str, run: str) -> RunSpec:
    """The spec stored as `text` for `run`. Raises `LabError` if this netlab cannot read it."""
    try:
        return _parse_cached(text)
    except ValueError as error:
        raise LabError(
            f"run {run} holds a recipe that this netlab cannot read, perhaps from another "
            f"version: {str(error).splitlines()[0]}"
        ) from error


# The runs of a series share one text, and parsing it takes far longer than all else about a row.
@lru_cache(maxsize=4096)
def _parse_cached(text: str) -> RunSpec:
    return RunSpec.model_validate_json(text)


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
