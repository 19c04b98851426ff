"""The lab file: opening, migrating, and saying why it cannot be used."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lab_studies import run_events, study

from netlab.errors import LabError
from netlab.lab.db import connection, migrations
from netlab.lab.db.connection import LabUnavailableError, ReadOnlyLabError, translate_errors
from netlab.lab.store import Lab

if TYPE_CHECKING:
    from sqlite_utils import Database


def later(db: Database) -> None:
    db.table("run").add_column("colour", str)
    db.execute("UPDATE run SET colour = 'blue'")


def broken(db: Database) -> None:
    later(db)
    raise sqlite3.OperationalError("disk I/O error")


def raw(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def user_version(path: Path) -> int:
    with closing(raw(path)) as conn:
        return int(conn.execute("PRAGMA user_version").fetchone()[0])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A lab with one study, closed."""
    file = tmp_path / "lab.db"
    with Lab.open(file, create=True) as lab:
        lab.studies.register(study())
    return file


def test_a_new_lab_has_the_version_of_this_netlab(path: Path) -> None:
    assert user_version(path) == len(migrations.MIGRATIONS)


def test_an_older_file_is_brought_up_to_date_and_keeps_its_rows(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, later))
    monkeypatch.setattr(migrations.migrate, "__defaults__", (migrations.MIGRATIONS,))
    with Lab.open(path) as lab:
        assert len(lab.runs.entries("widths")) == 4
        with lab.reading() as conn:
            assert conn.execute("SELECT DISTINCT colour FROM run").fetchone()[0] == "blue"
    assert user_version(path) == len(migrations.MIGRATIONS)


def first_version(path: Path) -> None:
    """A lab as the first release wrote it, with the study `widths` and one finished run."""
    with closing(connection.connect(path, create=True)) as conn:
        migrations.migrate(conn, path, migrations.MIGRATIONS[:1])
        spec = study().variants[0].specs[0]
        claims = '[{"says": "wider is better", "check": "w8.top5 > baseline.top5", "source": "x"}]'
        conn.execute("INSERT INTO study (id, name) VALUES (1, 'widths')")
        conn.execute(
            "INSERT INTO plan (id, study, condition, label, recipe_file, recipe_text, recipe_hash,"
            " question, claims, entered) VALUES (1, 1, ?, 'x', 'x', '', '', 'q', ?, 5.0)",
            (spec.condition, claims),
        )
        conn.execute("INSERT INTO variant VALUES (1, 0, 'baseline', '', '[]', 1, 2)")
        conn.execute(
            "INSERT INTO series VALUES (?, ?, ?)", ("s", spec.condition, spec.model_dump_json())
        )
        conn.execute(
            "INSERT INTO run (id, hash, series, seed, state, created, accuracy)"
            " VALUES ('r', ?, 's', 0, 'done', 1.0, 50.0)",
            (spec.hash,),
        )
        conn.execute("INSERT INTO entry VALUES (1, 1, 'baseline', 0, 'r', 1.0, 1)")


def as_second_version(lab: Lab) -> None:
    back = lab.studies.get("widths")
    (claim,) = back.claims
    assert (claim.says, claim.check, claim.source) == (
        "wider is better",
        "w8.top5 > baseline.top5",
        "x",
    )
    assert (claim.fixed, claim.changed, claim.started) == (5.0, False, None)
    assert [(v.name, v.expect, v.series) for v in back.variants] == [("baseline", "", "s")]
    assert back.design == {}
    assert lab.runs.entries("widths")[0].run.results == {"accuracy": 50.0}


def test_claims_of_the_first_version_become_claims_with_a_time(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    first_version(path)
    with Lab.open(path, readonly=True) as lab:
        as_second_version(lab)
    assert user_version(path) == len(migrations.MIGRATIONS)


def test_the_second_version_keeps_its_queue_and_requests(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    first_version(path)
    with closing(connection.connect(path)) as conn:
        migrations.migrate(conn, path, migrations.MIGRATIONS[:2])
        conn.execute(
            "UPDATE run SET state = 'running', ticket = 7, target = 'cuda:1', wanted = 'pause',"
            " heard = 9.0, live = '{\"loss\": 0.5}',"
            " message = 'stopped before its first step; `netlab run` or `netlab runs resume` will …'"
        )
        conn.execute("INSERT INTO demand VALUES ('r', 'host/12@3.00')")
    with Lab.open(path) as lab:
        (run,) = lab.queue.running()
        assert (run.requested_device, run.stop_request) == ("cuda:1", "pause")
        assert run.message == "stopped before its first step"
        assert run.live_metrics == {"loss": 0.5}
        assert [requester.pid for requester in lab.queue.requesters()] == [12]
        with lab.reading() as conn:
            row = conn.execute("SELECT queue_position, last_event_at FROM run").fetchone()
            names = [name for (name,) in conn.execute("SELECT name FROM sqlite_schema")]
    assert tuple(row) == (7, 9.0)
    assert "idx_run_state_queue_position" in names
    assert not [name for name in names if "ticket" in name]


def test_an_older_file_that_may_not_be_written_is_read_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    first_version(path)
    before = path.read_bytes()
    path.with_name("old.db-shm").mkdir()
    with Lab.open(path, readonly=True) as lab:
        as_second_version(lab)
        with pytest.raises(ReadOnlyLabError):
            lab.predictions.add("widths", "x")
    assert path.read_bytes() == before


def test_a_migration_happens_whole_or_not_at_all(path: Path) -> None:
    with closing(connection.connect(path)) as conn:
        with pytest.raises(LabError):
            migrations.migrate(conn, path, (*migrations.MIGRATIONS, broken))
        columns = [row["name"] for row in conn.execute("PRAGMA table_info(run)")]
    assert "colour" not in columns
    assert user_version(path) == len(migrations.MIGRATIONS)


def test_of_two_that_migrate_at_once_the_second_finds_it_done(path: Path) -> None:
    steps = (*migrations.MIGRATIONS, later)
    with closing(connection.connect(path)) as one, closing(connection.connect(path)) as two:
        migrations.migrate(one, path, steps)
        migrations.migrate(two, path, steps)
    assert user_version(path) == len(steps)


def test_a_file_from_a_newer_netlab_is_left_alone(path: Path) -> None:
    with closing(raw(path)) as conn:
        conn.execute("PRAGMA user_version = 99")
    for readonly in (False, True):
        with pytest.raises(LabError, match=r"newer netlab \(lab version 99.*update netlab"):
            Lab.open(path, readonly=readonly)
    assert user_version(path) == 99


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("shopping list: eggs, milk, more eggs, and something for the cat")
    for readonly in (False, True):
        with pytest.raises(LabError, match="is not a lab, nor any SQLite database"):
            Lab.open(path, create=True, readonly=readonly)
    assert path.read_text().startswith("shopping list")


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(raw(path)) as conn:
        conn.execute("CREATE TABLE cookies (host)")
    with pytest.raises(LabError, match="is an SQLite database, but not a lab"):
        Lab.open(path, create=True)
    with closing(raw(path)) as conn:
        assert [row[0] for row in conn.execute("SELECT name FROM sqlite_schema")] == ["cookies"]


@pytest.mark.parametrize("readonly", [True, False])
def test_a_lab_that_is_not_there_is_not_made_by_looking(tmp_path: Path, readonly: bool) -> None:
    with pytest.raises(
        LabError, match=r"there is no lab .*lab\.db: `netlab --db .* run demo` makes one"
    ):
        Lab.open(tmp_path / "lab.db", readonly=readonly)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_and_a_folder_have_their_own_errors(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"its folder .*nowhere does not exist"):
        Lab.open(tmp_path / "nowhere" / "lab.db", create=True)
    with pytest.raises(LabError, match="is a folder: name a file in it"):
        Lab.open(tmp_path, create=True)


def test_a_file_name_may_have_special_characters(tmp_path: Path) -> None:
    path = tmp_path / "50% of #1?.db"
    with Lab.open(path, create=True) as lab:
        lab.studies.register(study())
        assert lab.folder.name == "50% of #1?.runs"
    assert path.exists()


def test_wal_is_used_where_it_can_be(path: Path) -> None:
    with Lab.open(path) as lab, lab.reading() as conn:
        assert conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_network_file_system_gets_a_rollback_journal(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "on_network", lambda _path: True)
    with Lab.open(path) as lab, lab.reading() as conn:
        assert conn.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
        assert len(lab.runs.entries()) == 4


@pytest.mark.parametrize(("kind", "network"), [("nfs4", True), ("ext4", False)])
def test_the_innermost_mount_decides_the_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, network: bool
) -> None:
    import psutil

    class Part:
        def __init__(self, mountpoint: str, fstype: str) -> None:
            self.mountpoint = mountpoint
            self.fstype = fstype

    parts = [Part("/", "cifs"), Part(str(tmp_path.resolve()), kind), Part("/elsewhere", "nfs")]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: parts)
    assert connection.on_network(tmp_path / "lab.db") is network


def test_a_lab_is_read_where_nothing_may_be_written(path: Path) -> None:
    """A reader of a WAL file must make its shared memory, unless it takes the file as immutable."""
    path.with_name("lab.db-shm").mkdir()
    with Lab.open(path, readonly=True) as lab:
        assert len(lab.runs.entries()) == 4


def test_a_reader_never_bypasses_the_lock_of_a_writer(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a log, one who commits leaves the file half written for a moment."""
    monkeypatch.setattr(connection, "SQLITE_BUSY_TIMEOUT_S", 0.01)
    monkeypatch.setattr(connection, "on_network", lambda _path: True)
    with Lab.open(path) as lab, lab.reading() as conn:
        conn.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LabUnavailableError, match="another process has held it"):
            Lab.open(path, readonly=True)
        conn.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("fault", "kind", "sentence"),
    [
        (OSError(errno.ENOSPC, "x"), LabUnavailableError, "no space left on the disk"),
        (OSError(errno.EACCES, "x"), ReadOnlyLabError, "no permission to write"),
        (OSError(errno.EROFS, "x"), ReadOnlyLabError, "no permission to write"),
        (OSError(errno.EIO, "Input/output error"), LabError, "Input/output error"),
    ],
)
def test_errors_of_the_disk_become_one_sentence(
    fault: OSError, kind: type[LabError], sentence: str
) -> None:
    with pytest.raises(kind, match=rf"^lab\.db: {sentence}"), translate_errors(Path("lab.db")):
        raise fault


def test_a_lab_that_another_holds_for_too_long_may_be_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SQLITE_BUSY_TIMEOUT_S", 0.01)
    held = pytest.raises(LabUnavailableError, match="another process has held it")
    with Lab.open(path) as one, Lab.open(path) as two, one.writing(), held:
        two.runs.request_stop("x", "stop")


def test_a_full_disk_loses_nothing_that_is_in_the_event_file(path: Path) -> None:
    with Lab.open(path) as lab:
        run = lab.runs.entries()[0].run.id
        with lab.reading() as conn:
            pages = conn.execute("PRAGMA page_count").fetchone()[0]
            conn.execute(f"PRAGMA max_page_count = {pages}")
        long = [*run_events(), *run_events(epochs=400)]
        with pytest.raises(LabUnavailableError, match="no space left on the disk; free some"):
            lab.runs.ingest(run, [type(e)(n, e.at, e.kind, e.data) for n, e in enumerate(long, 1)])
        assert (lab.runs.get(run).state, lab.runs.epochs(run)) == ("queued", [])
        with lab.reading() as conn:
            conn.execute("PRAGMA max_page_count = 1000000")
        lab.runs.ingest(run, run_events())
        assert lab.runs.get(run).state == "done"


def test_errors_of_our_own_statements_stay_as_they_are(path: Path) -> None:
    with Lab.open(path) as lab, pytest.raises(sqlite3.IntegrityError), lab.writing() as conn:
        conn.execute("INSERT INTO study (name) VALUES ('widths')")
