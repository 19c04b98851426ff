"""Open the lab file, and turn each of its errors into one sentence."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from netlab.errors import LabError
from netlab.suggest import suggest

SQLITE_BUSY_TIMEOUT_S = 30.0
"""Seconds that a statement waits for another process's transaction."""

NETWORK_FILE_SYSTEMS = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "glusterfs", "gpfs",
    "lustre", "nfs", "nfs4", "smb2", "smb3", "smbfs",
})  # fmt: skip
"""File systems without shared memory between machines, on which WAL would corrupt the file."""

DISK_FULL_ERRORS = (errno.ENOSPC, errno.EDQUOT)


class LabUnavailableError(LabError):
    """The lab cannot be read or written now (full disk, long lock), but perhaps later."""


class ReadOnlyLabError(LabError):
    """There is no permission to write the lab or its folder; reading may still work."""


def connect(path: Path, *, create: bool = False, readonly: bool = False) -> sqlite3.Connection:
    """Connect in autocommit mode, with named columns. Raises `LabError`.

    With `readonly`, no write permission is needed for the file or its folder.
    """
    with translate_errors(path):
        if not path.parent.is_dir():
            raise LabError(f"{path}: its folder {path.parent} does not exist")
        if path.is_dir():
            raise LabError(f"{path} is a folder: name a file in it, such as {path / 'lab.db'}")
        if not path.exists() and not create:
            raise LabError(
                f"there is no lab {path}: {suggest('run', 'demo', lab=path)} makes one, "
                "`--db FILE` names another"
            )
        if readonly:
            return _open_readonly(path)
        conn = _open(path, "mode=rwc" if create else "mode=rw")
        try:
            _set_journal_mode(conn, path)
        except BaseException:
            conn.close()
            raise
        return conn


@contextlib.contextmanager
def translate_errors(path: Path) -> Iterator[None]:
    """Turn errors of the file into `LabError`; errors in our SQL pass through."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.InterfaceError):
        raise
    except sqlite3.Error as error:
        raise _sqlite_error(error, path) from error
    except OSError as error:
        raise disk_error(error, path) from error


def first_value(conn: sqlite3.Connection, statement: str, *values: object) -> int:
    """The only number that a statement selects."""
    return int(conn.execute(statement, values).fetchone()[0])


def disk_error(error: OSError, path: Path) -> LabError:
    """An operating system's error on `path`, or on its run folders, as one sentence."""
    file = error.filename or path
    if error.errno in DISK_FULL_ERRORS:
        return LabUnavailableError(f"{file}: no space left on the disk; free some and go on")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnlyLabError(f"{file}: no permission to write; `--db FILE` names another lab")
    return LabError(f"{file}: {error.strerror or error}")


def _open(path: Path, options: str) -> sqlite3.Connection:
    conn = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{options}",
        uri=True,
        timeout=SQLITE_BUSY_TIMEOUT_S,
        isolation_level=None,
    )
    conn.row_factory = sqlite3.Row
    return conn


def _open_readonly(path: Path) -> sqlite3.Connection:
    conn = _open(path, "mode=ro")
    try:
        conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as error:
        # SQLite cannot open a WAL file in a folder without write permission. If there is no log
        # next to it, the main file is complete and nobody can be writing, so it is safe to open
        # it as immutable. Any other error, such as the lock of a writer, must be raised.
        conn.close()
        name = getattr(error, "sqlite_errorname", "")
        unwritable = name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY"))
        if not unwritable or path.with_name(f"{path.name}-wal").exists():
            raise
        return _open(path, "mode=ro&immutable=1")
    except BaseException:
        conn.close()
        raise
    return conn


def _set_journal_mode(conn: sqlite3.Connection, path: Path) -> None:
    journal = "delete" if on_network(path) else "wal"
    mode = conn.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != journal:
        mode = conn.execute(f"PRAGMA journal_mode = {journal}").fetchone()[0]
    if mode not in ("wal", "delete"):
        conn.execute("PRAGMA journal_mode = delete")
    # With `normal` in WAL mode, a power loss can only undo the latest transactions, and the event
    # files restore them. A rollback journal needs `full`, or the file could be damaged.
    conn.execute(f"PRAGMA synchronous = {'normal' if mode == 'wal' else 'full'}")


def on_network(path: Path) -> bool:
    """Whether `path` is on a file system that is shared with other machines."""
    import psutil

    target = str(path.absolute().parent.resolve())
    mounts = [
        (len(part.mountpoint), part.fstype)
        for part in psutil.disk_partitions(all=True)
        if Path(target).is_relative_to(part.mountpoint)
    ]
    return max(mounts, default=(0, ""))[1].lower() in NETWORK_FILE_SYSTEMS


_SQLITE_MESSAGES = (
    (("SQLITE_NOTADB",), "is not a lab, nor any SQLite database", LabError),
    (("SQLITE_CORRUPT",), "is damaged; `sqlite3 FILE .recover` may save its rows", LabError),
    (("SQLITE_FULL",), "no space left on the disk; free some and go on", LabUnavailableError),
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL"),
        f"another process has held it for over {SQLITE_BUSY_TIMEOUT_S:.0f} s; try again",
        LabUnavailableError,
    ),
    (("SQLITE_READONLY", "SQLITE_PERM"), "no permission to write it", ReadOnlyLabError),
    (("SQLITE_CANTOPEN", "SQLITE_AUTH"), "cannot be opened: no permission", ReadOnlyLabError),
    (("SQLITE_IOERR",), "the disk reports an error", LabUnavailableError),
)


def _sqlite_error(error: sqlite3.Error, path: Path) -> LabError:
    name = getattr(error, "sqlite_errorname", "")
    for starts, sentence, kind in _SQLITE_MESSAGES:
        if name.startswith(starts):
            return kind(f"{path}: {sentence}")
    return LabError(f"{path}: {error}")
