"""Rows of the lab as records. JSON columns and specs are parsed here and nowhere else."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from netlab.errors import LabError
from netlab.lab.records import Entry, Epoch, Run, StudyVariant
from netlab.lab.schema import RESULTS
from netlab.recipe.spec import RunSpec

RUN = "run.*, series.spec, series.condition"
"""What to select of `run JOIN series USING (series)` for `run_of`."""


def run_of(row: Mapping[str, Any]) -> Run:
    """The run in a row with the columns `RUN`."""
    return Run(
        id=row["id"],
        hash=row["hash"],
        condition=row["condition"],
        state=row["state"],
        reason=row["reason"],
        message=row["message"],
        seed=row["seed"],
        spec=spec_of(row["spec"], row["id"]).model_copy(update={"seed": row["seed"]}),
        created=row["created"],
        started=row["started"],
        ended=row["ended"],
        epoch=row["epoch"],
        epochs=row["epochs"],
        step=row["step"],
        steps=row["steps"],
        device=row["device"],
        hardware=json.loads(row["hardware"] or "{}"),
        results={name: row[name] for name in RESULTS if row[name] is not None},
        memory_kind=row["memory_kind"],
        live=json.loads(row["live"] or "{}"),
        wanted=row["wanted"],
        worker=row["worker"],
        target=row["target"] or "auto",
    )


def entry_of(row: sqlite3.Row) -> Entry:
    """The entry in a row with the columns `RUN`, `study` and `variant`."""
    return Entry(row["study"], row["variant"], run_of(dict(row)))


def variant_of(row: sqlite3.Row) -> StudyVariant:
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


def epoch_of(row: sqlite3.Row) -> Epoch:
    """The epoch in a row of `epoch`. SQLite keeps no NaN: a missing training loss was one."""
    return Epoch(
        epoch=row["epoch"],
        step=row["step"],
        train_loss=_number(row["train_loss"]),
        train_accuracy=_number(row["train_accuracy"]),
        val_loss=row["val_loss"],
        val_accuracy=row["val_accuracy"],
        val_top5=row["val_top5"],
        lr=_number(row["lr"]),
        seconds=_number(row["seconds"]),
        images_per_s=_number(row["images_per_s"]),
        memory=row["memory"],
    )


def spec_of(text: str, run: str) -> RunSpec:
    """The spec stored as `text` for `run`. Raises `LabError` if this netlab cannot read it."""
    try:
        return _parsed(text)
    except ValueError as fault:
        raise LabError(
            f"run {run} holds a recipe that this netlab cannot read, perhaps from another "
            f"version: {str(fault).splitlines()[0]}"
        ) from fault


# The runs of a series share one text, and parsing it takes far longer than all else about a row.
@lru_cache(maxsize=4096)
def _parsed(text: str) -> RunSpec:
    return RunSpec.model_validate_json(text)


def _number(value: float | None) -> float:
    return math.nan if value is None else value
