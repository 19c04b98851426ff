"""Entering studies and reading them back."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lab_studies import run_events, study

from netlab.errors import LabError
from netlab.events import Event
from netlab.lab.db import row_mapping
from netlab.lab.store import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab.open(tmp_path / "lab.db", create=True) as opened:
        yield opened


def test_a_study_comes_back_as_it_was_entered(lab: Lab) -> None:
    entered = study()
    lab.studies.register(entered)
    back = lab.studies.get("widths")
    assert back.question == entered.question
    assert [{"says": c.says, "check": c.check} for c in back.claims] == list(entered.claims)
    assert (back.recipe_file, back.recipe_text) == ("widths.yaml", "network: …")
    assert [(v.name, v.params, v.changes) for v in back.variants] == [
        ("baseline", 40, ()),
        ("w8", 80, ("channels 4 → 8",)),
    ]
    assert [found.study for found in lab.studies.conditions()] == ["widths"]


def test_entries_stand_in_the_order_of_the_recipe_then_of_the_seeds(lab: Lab) -> None:
    lab.studies.register(study(channels=(8, 4, 6), seeds=(2, 0, 1)))
    places = [(entry.variant, entry.run.seed) for entry in lab.runs.entries("widths")]
    assert places == [(v, s) for v in ("baseline", "w4", "w6") for s in (0, 1, 2)]


def test_a_spec_survives_the_lab_with_its_hash(lab: Lab) -> None:
    entered = study()
    runs = [entry.run for entry in lab.studies.register(entered)]
    specs = [spec for variant in entered.variants for spec in variant.specs]
    assert [run.spec for run in runs] == specs
    assert [run.spec.hash for run in runs] == [run.hash for run in runs]


def test_the_queue_gives_every_variant_its_first_seed_before_any_second(lab: Lab) -> None:
    ids = [entry.run.id for entry in lab.studies.register(study())]
    order = [(entry.run.seed, entry.variant) for entry in lab.runs.entries_for(ids)]
    assert order == [(0, "baseline"), (0, "w8"), (1, "baseline"), (1, "w8")]


def test_entering_twice_changes_nothing(lab: Lab) -> None:
    first = lab.studies.register(study())
    lab.runs.ingest(first[0].run.id, run_events())
    second = lab.studies.register(study())
    assert [entry.run.id for entry in second] == [entry.run.id for entry in first]
    assert second[0].run.state == "done"
    assert len(lab.runs.entries()) == 4


def test_another_study_uses_the_runs_that_are_known(lab: Lab) -> None:
    first = lab.studies.register(study())
    second = lab.studies.register(study(name="more", channels=(4, 16)))
    assert [entry.run.id for entry in second[:2]] == [entry.run.id for entry in first[:2]]
    assert len({entry.run.id for entry in lab.runs.entries()}) == 6


def test_one_run_may_stand_in_two_places_of_a_study(lab: Lab) -> None:
    twin = study()
    same = replace(twin.variants[0], name="twin")
    entries = lab.studies.register(replace(twin, variants=(twin.variants[0], same)))
    assert entries[0].run.id == entries[2].run.id
    assert [entry.variant for entry in entries] == ["baseline", "baseline", "twin", "twin"]


def test_again_makes_fresh_runs_and_keeps_the_old_as_past(lab: Lab) -> None:
    old = lab.studies.register(study(seeds=(0,)))
    lab.runs.ingest(old[0].run.id, run_events())
    new = lab.studies.register(study(seeds=(0,)), again=True)
    assert {entry.run.state for entry in new} == {"queued"}
    assert not {e.run.id for e in new} & {e.run.id for e in old}
    assert [e.run.id for e in lab.runs.entries()] == [e.run.id for e in new]
    assert len(lab.runs.entries(past=True)) == 4
    assert [e.run.id for e in lab.studies.register(study(seeds=(0,)))] == [e.run.id for e in new]


def test_failed_and_diverged_runs_stay_unless_they_shall_be_retried(lab: Lab) -> None:
    ids = [entry.run.id for entry in lab.studies.register(study(seeds=(0,)))]
    for run, reason in zip(ids, ("out-of-memory", "diverged"), strict=True):
        lab.runs.ingest(run, [Event(1, 1.0, "failed", {"reason": reason, "message": "no"})])
    assert [e.run.state for e in lab.studies.register(study(seeds=(0,)))] == ["failed", "diverged"]
    retried = lab.studies.register(study(seeds=(0,)), retry_failed=True)
    assert [(e.run.state, e.run.reason, e.run.message) for e in retried] == [
        ("queued", None, None)
    ] * 2


def test_another_condition_adds_entries_and_loses_none(lab: Lab) -> None:
    lab.studies.register(study(epochs=3))
    lab.studies.register(study(epochs=5, channels=(4, 6)))
    newest, oldest = lab.studies.conditions("widths")
    assert (newest.label, newest.runs) == ("fashion-mini · custom@1 · 5 epochs", 4)
    assert (oldest.label, oldest.runs) == ("fashion-mini · custom@1 · 3 epochs", 4)
    assert len(lab.runs.entries("widths")) == 8
    assert {e.variant for e in lab.runs.entries("widths", newest.condition)} == {"baseline", "w6"}
    assert {e.variant for e in lab.runs.entries("widths", oldest.condition)} == {"baseline", "w8"}
    assert [v.name for v in lab.studies.get("widths").variants] == ["baseline", "w6"]
    assert [v.name for v in lab.studies.get("widths", oldest.condition).variants] == [
        "baseline",
        "w8",
    ]


def test_entering_an_old_condition_again_makes_it_the_latest(lab: Lab) -> None:
    lab.studies.register(study(epochs=3))
    lab.studies.register(study(epochs=5))
    lab.studies.register(study(epochs=3))
    assert [c.label for c in lab.studies.conditions("widths")] == [
        "fashion-mini · custom@1 · 3 epochs",
        "fashion-mini · custom@1 · 5 epochs",
    ]


def test_more_seeds_join_those_that_are_there(lab: Lab) -> None:
    lab.studies.register(study(seeds=(0, 1)))
    lab.studies.register(study(seeds=(2,)))
    assert [entry.run.seed for entry in lab.runs.entries("widths")] == [0, 1, 2] * 2


def test_a_changed_variant_never_shares_its_place_with_the_old_one(lab: Lab) -> None:
    """Two networks under one name would be averaged into one row of the table."""
    lab.studies.register(study(seeds=(0, 1)))
    wider = study(seeds=(0,), channels=(4, 12))
    renamed = replace(wider.variants[1], name="w8")
    lab.studies.register(replace(wider, variants=(wider.variants[0], renamed)))
    places = [(e.variant, e.run.seed) for e in lab.runs.entries("widths")]
    assert places == [("baseline", 0), ("baseline", 1), ("w8", 0)]
    assert len(lab.runs.entries("widths", past=True)) == 5


def test_a_variant_that_left_the_recipe_leaves_the_study(lab: Lab) -> None:
    lab.studies.register(study(channels=(4, 8)))
    lab.studies.register(study(channels=(4,)))
    assert {entry.variant for entry in lab.runs.entries("widths")} == {"baseline"}
    assert {entry.variant for entry in lab.runs.entries("widths", past=True)} == {"baseline", "w8"}


def test_a_run_is_found_by_the_start_of_its_id(lab: Lab) -> None:
    run = lab.studies.register(study())[0].run
    assert lab.runs.get(run.id[:6]) == run
    again = lab.studies.register(study(), again=True)[0].run
    assert again.id == f"{run.id}-2"
    assert lab.runs.get(run.id) == run
    with pytest.raises(LabError, match=r"could be 2 runs .*give more of the id"):
        lab.runs.get(run.id[:6])
    with pytest.raises(LabError, match="no run 'zzz'"):
        lab.runs.get("zzz")
    with pytest.raises(LabError, match="no run ''"):
        lab.runs.get("")


def test_an_unknown_study_is_answered_with_the_nearest(lab: Lab) -> None:
    lab.studies.register(study())
    for ask in (lab.studies.get, lab.runs.entries, lab.studies.conditions):
        with pytest.raises(LabError, match=r"no study 'width': did you mean 'widths'\?"):
            ask("width")
    with pytest.raises(LabError, match="has no condition ffff"):
        lab.studies.get("widths", "ffff")


def test_removing_deletes_the_run_its_epochs_and_its_folder(lab: Lab) -> None:
    run = lab.studies.register(study(seeds=(0,)))[0].run.id
    lab.runs.ingest(run, run_events())
    folder = lab.run_folder(run)
    folder.mkdir(parents=True)
    (folder / "checkpoint.pt").write_bytes(b"weights")
    lab.runs.remove(run)
    assert not folder.exists()
    assert lab.runs.epochs(run) == []
    assert [entry.variant for entry in lab.runs.entries()] == ["w8"]
    lab.runs.remove(lab.runs.entries()[0].run.id)
    assert lab.studies.conditions() == []


def test_a_running_run_cannot_be_removed(lab: Lab) -> None:
    run = lab.studies.register(study())[0].run.id
    lab.runs.ingest(run, run_events()[:2])
    with pytest.raises(LabError, match="is running: "):
        lab.runs.remove(run)


def test_a_run_never_inherits_the_folder_of_another(lab: Lab) -> None:
    run = lab.studies.register(study())[0].run.id
    lab.run_folder(run).mkdir(parents=True)
    (lab.run_folder(run) / "events.jsonl").write_text("{}\n")
    with lab.writing() as conn:
        conn.execute("DELETE FROM run_request")
        conn.execute("DELETE FROM entry WHERE run = ?", (run,))
        conn.execute("DELETE FROM run WHERE id = ?", (run,))
    assert lab.studies.register(study())[0].run.id == f"{run}-2"


def test_stopping_and_pausing_what_waits_is_done_at_once(lab: Lab) -> None:
    first, second = (entry.run.id for entry in lab.studies.register(study(seeds=(0,))))
    lab.runs.request_stop(first, "stop")
    lab.runs.request_stop(second, "pause")
    assert (lab.runs.get(first).state, lab.runs.get(second).state) == ("stopped", "paused")
    lab.runs.requeue(first, second)
    assert (lab.runs.get(first).state, lab.runs.get(second).state) == ("queued", "queued")
    assert lab.runs.get(first).message is None


def test_a_running_run_keeps_its_stop_request(lab: Lab) -> None:
    run = lab.studies.register(study())[0].run.id
    lab.runs.ingest(run, run_events()[:3])
    lab.runs.request_stop(run, "pause")
    assert (lab.runs.get(run).state, lab.runs.get(run).stop_request) == ("running", "pause")
    lab.runs.request_stop(run, None)
    assert lab.runs.get(run).stop_request is None


def test_a_finished_run_takes_no_request(lab: Lab) -> None:
    first, second = (entry.run.id for entry in lab.studies.register(study(seeds=(0,))))
    lab.runs.ingest(second, run_events())
    lab.runs.request_stop(second, "stop")
    assert lab.runs.get(second).state == "done"
    lab.runs.request_stop(first, "stop")
    with pytest.raises(LabError, match="is done: there is nothing to go on with"):
        lab.runs.requeue(first, second)
    assert lab.runs.get(first).state == "stopped"


def test_two_readers_see_what_one_writer_commits_and_nothing_half_done(lab: Lab) -> None:
    run = lab.studies.register(study())[0].run.id
    with Lab.open(lab.path, readonly=True) as one, Lab.open(lab.path, readonly=True) as two:
        with lab.writing() as conn:
            conn.execute("UPDATE run SET state = 'running' WHERE id = ?", (run,))
            assert [reader.runs.get(run).state for reader in (one, two)] == ["queued", "queued"]
        assert [reader.runs.get(run).state for reader in (one, two)] == ["running", "running"]
        with pytest.raises(LabError, match="opened for reading only"):
            one.runs.request_stop(run, "stop")


def test_a_lab_of_ten_thousand_runs_reads_one_study_by_its_indices(lab: Lab) -> None:
    """Counted in steps of SQLite's machine, not in time: the lab's size must not matter."""

    def steps() -> int:
        count = 0

        def tick() -> None:
            nonlocal count
            count += 1

        with lab.reading() as conn:
            conn.set_progress_handler(tick, 100)
            assert len(lab.runs.entries("widths")) == 4
            conn.set_progress_handler(None, 0)
        return count

    lab.studies.register(study())
    alone = steps()
    _crowd(lab, 10_000)
    assert len(lab.runs.entries("crowd")) == 10_000
    assert steps() <= alone + 3


def test_the_specification_that_seeds_share_is_parsed_once(lab: Lab) -> None:
    row_mapping._parse_cached.cache_clear()
    lab.studies.register(study(channels=(4,), seeds=range(50)))
    assert len(lab.runs.entries("widths")) == 50
    assert row_mapping._parse_cached.cache_info().misses == 1


def test_a_specification_of_another_version_is_an_error_with_its_run(lab: Lab) -> None:
    run = lab.studies.register(study())[0].run.id
    with lab.writing() as conn:
        conn.execute("UPDATE series SET spec = replace(spec, '\"conv\"', '\"gone\"')")
    with pytest.raises(LabError, match=f"run {run} holds a recipe that this netlab cannot read"):
        lab.runs.get(run)


def test_no_query_walks_through_all_runs(lab: Lab) -> None:
    lab.studies.register(study())
    asked: list[str] = []
    with lab.reading() as conn:
        conn.set_trace_callback(asked.append)
        run = lab.runs.entries("widths")[0].run.id
        lab.studies.conditions("widths")
        lab.runs.by_id([run])
        lab.runs.get(run[:5])
        lab.runs.epochs(run)
        lab.runs.entries_for([run])
        lab.studies.register(study())
        conn.set_trace_callback(None)
        plans = [_plan(conn, sql) for sql in asked if sql.startswith(("SELECT", "UPDATE"))]
    scans = [line for plan in plans for line in plan if line.startswith(("SCAN run", "SCAN entry"))]
    assert len(plans) > 8
    assert scans == []


def _plan(conn: sqlite3.Connection, sql: str) -> list[str]:
    return [row["detail"] for row in conn.execute(f"EXPLAIN QUERY PLAN {sql}")]


def _crowd(lab: Lab, count: int) -> None:
    """A study of `count` seeds of one variant, put in without its specs being hashed."""
    lab.studies.register(study(name="crowd", channels=(5,), seeds=(0,)))
    with lab.writing() as conn:
        run = conn.execute("SELECT * FROM run ORDER BY queue_position DESC LIMIT 1").fetchone()
        place = conn.execute("SELECT * FROM entry ORDER BY id DESC LIMIT 1").fetchone()
        numbers = range(1, count)
        conn.executemany(
            "INSERT INTO run (id, hash, series, seed, state, created) VALUES (?, ?, ?, ?, ?, ?)",
            [(f"x{n}", f"x{n}", run["series"], n, "queued", time.time()) for n in numbers],
        )
        conn.executemany(
            "INSERT INTO entry (plan, variant, seed, run, current) VALUES (?, ?, ?, ?, 1)",
            [(place["plan"], "baseline", n, f"x{n}") for n in numbers],
        )
        conn.execute("UPDATE run SET epochs = 3, epoch = 0 WHERE epochs IS NULL")
