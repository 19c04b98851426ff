"""An open lab file: its transactions, its migration, and the paths of the run folders."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from netlab.lab.db import migrations
from netlab.lab.db.connection import ReadOnlyLabError, connect, translate_errors

if TYPE_CHECKING:
    from sqlite_utils import Database


class LabFile:
    """The SQLite file of a lab, with a folder for each run next to it.

    Use it from one thread, as a context manager. Any number of processes may open it; they wait
    only for each other's transactions, never for training.
    """

    def __init__(self, path: Path, conn: sqlite3.Connection, *, readonly: bool) -> None:
        self.path = path
        self.readonly = readonly
        self._conn = conn

    @classmethod
    def open(cls, path: Path, *, create: bool = False, readonly: bool = False) -> Self:
        """Open the lab at `path` and migrate an older file.

        `create` makes a missing file. `readonly` needs no write permission and sees what other
        processes commit; but an older file without write permission is copied into memory and
        migrated there. Raises `LabError` if the file is missing, unreadable, not a lab, or too new.
        """
        path = Path(path)
        if readonly and _needs_migration(path):
            try:
                cls.open(path).close()
            except ReadOnlyLabError:
                return cls(path, _migrated_copy(path), readonly=True)
        conn = connect(path, create=create, readonly=readonly)
        try:
            if not readonly:
                migrations.migrate(conn, path)
                conn.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            conn.close()
            raise
        return cls(path, conn, readonly=readonly)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._conn.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection; its errors become `LabError`."""
        with translate_errors(self.path):
            yield self._conn

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection within one transaction, which an exception rolls back."""
        with translate_errors(self.path):
            if self.readonly:
                raise ReadOnlyLabError(f"{self.path}: opened for reading only")
            self._conn.execute("BEGIN IMMEDIATE")
            try:
                yield self._conn
                self._conn.execute("COMMIT")
            except BaseException:
                if self._conn.in_transaction:
                    self._conn.execute("ROLLBACK")
                raise

    def set_busy_timeout(self, seconds: float) -> None:
        """Set how many seconds a statement waits for another process's transaction."""
        with self.reading() as conn:
            conn.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")

    @cached_property
    def tables(self) -> Database:
        """The same connection as a sqlite-utils `Database`; write with it only within `writing`."""
        from sqlite_utils import Database  # slow to import, and not needed for reading

        return Database(self._conn)

    @property
    def folder(self) -> Path:
        """The folder that contains the run folders."""
        return self.path.with_name(f"{self.path.name.removesuffix('.db')}.runs")

    def run_folder(self, run_id: str) -> Path:
        """The folder of a run's event file, checkpoint and log."""
        return self.folder / run_id


def _needs_migration(path: Path) -> bool:
    conn = connect(path, readonly=True)
    with contextlib.closing(conn):
        return migrations.schema_version(conn, path) < len(migrations.MIGRATIONS)


def _migrated_copy(path: Path) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", isolation_level=None)
    copy.row_factory = sqlite3.Row
    with translate_errors(path), contextlib.closing(connect(path, readonly=True)) as conn:
        conn.backup(copy)
    migrations.migrate(copy, path)
    return copy
