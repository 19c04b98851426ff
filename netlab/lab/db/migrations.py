"""The tables of a lab, and the migrations that update an older file.

`PRAGMA user_version` counts the migrations applied to a file. To change the schema, append a
function to `MIGRATIONS`; never edit one that has been released.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from netlab.errors import LabError
from netlab.lab.db.claim_history import CLAIM_FIELDS, claim_hash
from netlab.lab.db.connection import first_value, translate_errors
from netlab.lab.records import RESULT_COLUMNS

if TYPE_CHECKING:
    from sqlite_utils import Database

Migration = Callable[["Database"], object]

LAB_APPLICATION_ID = 0x6E65746C
"""`netl` in ASCII: distinguishes a lab from other SQLite databases."""

RENAMED_RUN_COLUMNS = {
    "ticket": "queue_position",
    "target": "requested_device",
    "wanted": "stop_request",
    "heard": "last_event_at",
    "live": "live_metrics",
}
"""Old name → name since version 3, for columns of `run`."""


def create_tables(db: Database) -> None:
    """Version 1: studies and their plans, runs and their epochs, and which process requests what."""
    db.create_table("study", _columns("id:int name:str"), pk="id", not_null={"name"})
    db.table("study").create_index(["name"], unique=True)
    # A study under one condition (data and protocol), as last registered.
    plan = (
        "id:int study:int condition:str label:str recipe_file:str recipe_text:str recipe_hash:str"
        " question:str claims:str entered:float"
    )
    db.create_table("plan", _columns(plan), pk="id", foreign_keys=[("study", "study", "id")])
    db.table("plan").create_index(["study", "condition"], unique=True)
    variant = "plan:int position:int name:str because:str changes:str params:int macs:int"
    db.create_table(
        "variant", _columns(variant), pk=("plan", "name"), foreign_keys=[("plan", "plan", "id")]
    )
    # What all runs of one network under one condition share: the spec without its seed.
    db.create_table("series", _columns("series:str condition:str spec:str"), pk="series")
    run = (
        "id:str hash:str series:str seed:int state:str reason:str message:str created:float"
        " started:float ended:float epoch:int epochs:int step:int steps:int device:str hardware:str"
        " memory_kind:str live:str heard:float seq:int ticket:int target:str wanted:str worker:str"
    )
    db.create_table(
        "run",
        {**_columns(run), **dict.fromkeys(RESULT_COLUMNS, float)},
        pk="id",
        foreign_keys=[("series", "series", "series")],
        not_null={"hash", "series", "seed", "state", "created"},
        defaults={"epoch": 0, "step": 0, "steps": 0, "seq": 0},
    )
    for columns in (["hash", "created"], ["state", "ticket"], ["series"], ["ticket"]):
        db.table("run").create_index(columns)
    # Links a variant and seed of a plan to a run.
    db.create_table(
        "entry",
        _columns("id:int plan:int variant:str seed:int run:str entered:float current:int"),
        pk="id",
        foreign_keys=[("plan", "plan", "id"), ("run", "run", "id")],
        not_null={"plan", "variant", "seed", "run", "current"},
    )
    # Only one entry per place is current; entries that it replaced stay as history.
    db.execute("CREATE UNIQUE INDEX entry_place ON entry (plan, variant, seed) WHERE current = 1")
    db.table("entry").create_index(["plan", "current"])
    db.table("entry").create_index(["run"])
    epoch = (
        "run:str epoch:int seq:int step:int train_loss:float train_accuracy:float val_loss:float"
        " val_accuracy:float val_top5:float lr:float seconds:float images_per_s:float memory:float"
    )
    run_key = [("run", "run", "id")]
    db.create_table("epoch", _columns(epoch), pk=("run", "epoch"), foreign_keys=run_key)
    # Which processes request which runs: a queued run that nobody requests is not started.
    demand = _columns("run:str owner:str")
    db.create_table("demand", demand, pk=("run", "owner"), foreign_keys=run_key)


def add_claims_and_timings(db: Database) -> None:
    """Version 2: claims with their history, predictions, timings, designs and expectations."""
    # A changed or withdrawn claim stays in the table; `replaced` is the time of the change.
    claim = (
        "id:int plan:int position:int says:str check:str source:str figure:str hash:str fixed:float"
        " started:int changed:int replaced:float replaced_late:int"
    )
    db.create_table(
        "claim",
        _columns(claim),
        pk="id",
        foreign_keys=[("plan", "plan", "id")],
        not_null={"plan", "position", "says", "check", "hash", "fixed", "changed"},
    )
    db.table("claim").create_index(["plan", "replaced"])
    for plan, entered, text in db.execute("SELECT id, entered, claims FROM plan").fetchall():
        db.table("claim").insert_all(
            {
                **{name: claim.get(name) or "" for name in CLAIM_FIELDS},
                "plan": plan,
                "position": position,
                "hash": claim_hash(claim),
                "fixed": entered,
                "changed": 0,
            }
            for position, claim in enumerate(json.loads(text or "[]"))
        )
    db.execute("ALTER TABLE plan DROP COLUMN claims")
    # Uses the name of the study, because a prediction may come before its registration.
    prediction = (
        "id:int study:str condition:str claim:str verdict:str text:str at:float started:int"
    )
    db.create_table(
        "prediction",
        _columns(prediction),
        pk="id",
        not_null={"study", "condition", "text", "at", "started"},
    )
    db.table("prediction").create_index(["study", "condition"])
    # One round of one network. The rounds of a session were measured in turn on one machine.
    db.create_table(
        "timing",
        _columns("session:str series:str round:int measures:str hardware:str at:float"),
        pk=("session", "series", "round"),
        not_null={"measures", "hardware", "at"},
    )
    db.table("timing").create_index(["series"])
    db.table("variant").add_column("expect", str, not_null_default="")
    # Links a variant to its runs and timings, even before there are any.
    db.table("variant").add_column("series", str)
    db.execute(
        "UPDATE variant SET series = (SELECT run.series FROM entry JOIN run ON run.id = entry.run"
        " WHERE entry.plan = variant.plan AND entry.variant = variant.name AND entry.current = 1)"
    )
    db.table("plan").add_column("design", str, not_null_default="{}")


def rename_columns(db: Database) -> None:
    """Version 3: give columns and the table of requests the names used in the code."""
    for old, new in RENAMED_RUN_COLUMNS.items():
        db.execute(f"ALTER TABLE run RENAME COLUMN {old} TO {new}")
    db.execute("ALTER TABLE demand RENAME TO run_request")
    db.execute("ALTER TABLE run_request RENAME COLUMN owner TO requester")
    for columns in (["state", "queue_position"], ["queue_position"]):
        db.execute(f"DROP INDEX idx_run_{'_'.join(columns).replace('queue_position', 'ticket')}")
        db.table("run").create_index(columns)


def cut_suggestions(db: Database) -> None:
    """Version 4: remove suggested commands from messages, as the code that shows them adds them."""
    db.execute(
        "UPDATE run SET message = substr(message, 1, instr(message, '; `netlab run`') - 1)"
        " WHERE instr(message, '; `netlab run`')"
    )


MIGRATIONS: tuple[Migration, ...] = (
    create_tables,
    add_claims_and_timings,
    rename_columns,
    cut_suggestions,
)


def migrate(
    conn: sqlite3.Connection, path: Path, migrations: Sequence[Migration] = MIGRATIONS
) -> None:
    """Update the file to the schema version of this netlab, in one transaction.

    Raises `LabError` if that fails, if the file is from a newer netlab, or if it is not a lab.
    """
    with translate_errors(path):
        if schema_version(conn, path, len(migrations)) == len(migrations):
            return
        from sqlite_utils import Database

        conn.execute("BEGIN EXCLUSIVE")
        try:
            # Another process may have migrated the file while this one waited for the lock.
            done = schema_version(conn, path, len(migrations))
            for step in migrations[done:]:
                step(Database(conn))
            conn.execute(f"PRAGMA user_version = {len(migrations)}")
            conn.execute(f"PRAGMA application_id = {LAB_APPLICATION_ID}")
            conn.execute("COMMIT")
        except BaseException:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            raise


def schema_version(conn: sqlite3.Connection, path: Path, newest: int = len(MIGRATIONS)) -> int:
    """The number of migrations applied to the file; 0 if it is empty. Raises `LabError`."""
    with translate_errors(path):
        done = first_value(conn, "PRAGMA user_version")
        mark = first_value(conn, "PRAGMA application_id")
        filled = first_value(conn, "SELECT count(*) FROM sqlite_schema")
    if filled and mark != LAB_APPLICATION_ID:
        raise LabError(f"{path} is an SQLite database, but not a lab: `--db FILE` names another")
    if done > newest:
        raise LabError(
            f"{path} is from a newer netlab (lab version {done}, this one knows {newest}): "
            "update netlab, or name another lab with --db"
        )
    return done


def _columns(text: str) -> dict[str, type]:
    """Column names and types from words such as `name:type`, in the same order."""
    types = {"int": int, "float": float, "str": str}
    pairs = (word.split(":") for word in text.split())
    return {name: types[kind] for name, kind in pairs}
