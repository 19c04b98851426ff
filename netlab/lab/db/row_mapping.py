"""Turn rows of the lab into records; parses their specs and JSON columns."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from netlab.errors import LabError
from netlab.lab.records import RESULT_COLUMNS, Entry, Epoch, Run, StudyClaim, StudyVariant
from netlab.recipe.run_spec import RunSpec

RUN_COLUMNS = "run.*, series.spec, series.condition"
"""The columns that `to_run` needs from `run JOIN series USING (series)`."""

_PARSED = ("spec", "hardware", "results", "live_metrics", "requested_device", "changes", "changed")
"""Fields of records whose columns need conversion."""

_NAN_IF_NULL = ("train_loss", "train_accuracy", "lr", "seconds", "images_per_s")
"""Columns of `epoch` in which NULL means NaN, which SQLite cannot store."""


def to_run(row: Mapping[str, Any]) -> Run:
    """The run in a row with the columns `RUN_COLUMNS`."""
    return Run(
        **_as_stored(Run, row),
        spec=parse_spec(row["spec"], row["id"]).model_copy(update={"seed": row["seed"]}),
        hardware=json.loads(row["hardware"] or "{}"),
        results={name: row[name] for name in RESULT_COLUMNS if row[name] is not None},
        live_metrics=json.loads(row["live_metrics"] or "{}"),
        requested_device=row["requested_device"] or "auto",
    )


def to_entry(row: sqlite3.Row) -> Entry:
    """The entry in a row with the columns `RUN_COLUMNS`, `study` and `variant`."""
    return Entry(row["study"], row["variant"], to_run(dict(row)))


def to_variant(row: sqlite3.Row) -> StudyVariant:
    """The variant in a row of `variant`."""
    return StudyVariant(
        **_as_stored(StudyVariant, dict(row)), changes=tuple(json.loads(row["changes"]))
    )


def to_claim(row: sqlite3.Row) -> StudyClaim:
    """The claim in a row of `claim`."""
    return StudyClaim(**_as_stored(StudyClaim, dict(row)), changed=bool(row["changed"]))


def to_epoch(row: sqlite3.Row) -> Epoch:
    """The epoch in a row of `epoch`."""
    values = _as_stored(Epoch, dict(row))
    missing = {name: math.nan for name in _NAN_IF_NULL if values[name] is None}
    return Epoch(**values | missing)


def _as_stored(record: type[Any], row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in record.__match_args__ if name not in _PARSED}


def parse_spec(text: str, run: str) -> RunSpec:
    """The spec stored as `text` for `run`. Raises `LabError` if this netlab cannot read it."""
    try:
        return _parse_cached(text)
    except ValueError as error:
        raise LabError(
            f"run {run} holds a recipe that this netlab cannot read, perhaps from another "
            f"version: {str(error).splitlines()[0]}"
        ) from error


# The runs of a series share one text, and parsing it is the slowest part of reading a row.
@lru_cache(maxsize=4096)
def _parse_cached(text: str) -> RunSpec:
    return RunSpec.model_validate_json(text)
