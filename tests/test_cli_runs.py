"""`netlab runs`: listing, showing, stopping, resuming and removing."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from lab_studies import fake_worker, run_events, study

from netlab.cli.main import run_command
from netlab.events import LOG_FILE, Event
from netlab.lab.db.connection import ReadOnlyLabError
from netlab.lab.process_id import ProcessId
from netlab.lab.scheduler import start_supervisor as detach_module
from netlab.lab.scheduler import supervisor
from netlab.lab.scheduler.start_supervisor import BackgroundSupervisor
from netlab.lab.scheduler.supervisor import supervise
from netlab.lab.scheduler.workers import WorkerPool
from netlab.lab.store import Lab

Netlab = Callable[..., tuple[int, str, str]]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab.open(tmp_path / "lab.db", create=True) as opened:
        yield opened


@pytest.fixture
def netlab(lab: Lab, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Netlab:
    """Runs `netlab --db LAB runs …`; its exit code, stdout and stderr. Workers are fake."""
    monkeypatch.setattr(
        supervisor, "supervise", partial(supervise, command=fake_worker(), poll_interval=0.01)
    )

    def command(*words: str) -> tuple[int, str, str]:
        code = run_command(["--db", str(lab.path), "runs", *words])
        return code, *capsys.readouterr()

    return command


@pytest.fixture
def ids(lab: Lab) -> list[str]:
    """A study with a run that is done, one that failed, and two that wait for this process."""
    ids = [entry.run.id for entry in lab.studies.register(study())]
    lab.runs.ingest(ids[0], run_events())
    lab.runs.ingest(ids[1], [Event(1, 5.0, "failed", {"reason": "out-of-memory", "message": "no"})])
    lab.queue.request(ids[2:], ProcessId.current(), None)
    return ids


def test_runs_are_listed_a_line_each(netlab: Netlab, ids: list[str]) -> None:
    code, out, err = netlab()
    heading, *lines = out.splitlines()
    assert code == 0
    assert heading.split() == [
        "run", "study", "variant", "seed", "state", "epoch", "test", "%", "train", "s", "age",
    ]  # fmt: skip
    assert [line.split()[:6] for line in lines] == [
        [ids[0], "widths", "baseline", "0", "done", "3/3"],
        [ids[1], "widths", "baseline", "1", "failed", "0/3"],
        [ids[2], "widths", "w8", "0", "queued", "0/3"],
        [ids[3], "widths", "w8", "1", "queued", "0/3"],
    ]
    assert lines[0].split()[6:8] == ["80.00", "2.5"]
    message, resume = err.splitlines()
    assert message == f"{ids[1]}: failed (out of memory): no"
    assert f"runs resume {ids[1]}`" in resume


def test_one_study_is_listed_by_its_name(netlab: Netlab, lab: Lab, ids: list[str]) -> None:
    lab.studies.register(study(name="other", channels=(9,), seeds=(0,)))
    _, out, _ = netlab("other")
    assert len(out.splitlines()) == 2
    assert "study" not in out.splitlines()[0]
    assert netlab("list", "other") == netlab("other")


def test_an_unknown_study_is_bad_input(netlab: Netlab, lab: Lab, ids: list[str]) -> None:
    code, out, err = netlab("width")
    assert (code, out) == (2, "")
    known = f"the lab {lab.path} has no study 'width': did you mean 'widths'?"
    assert err == f"netlab: error: {known}\n"


def test_json_goes_to_stdout_alone(netlab: Netlab, ids: list[str]) -> None:
    code, out, err = netlab("--json")
    runs = json.loads(out)
    assert (code, err) == (0, "")
    assert [run["id"] for run in runs] == ids
    assert (runs[0]["state"], runs[0]["results"]["accuracy"]) == ("done", 80.0)
    assert (runs[1]["state"], runs[1]["reason"]) == ("failed", "out-of-memory")


def test_an_empty_lab_says_what_to_do(netlab: Netlab, lab: Lab) -> None:
    said = f"no runs yet: `netlab --db {lab.path} run demo` makes some\n"
    assert netlab() == (0, "", said)
    assert netlab("--json") == (0, "[]\n", "")


def test_a_lab_that_is_missing_is_bad_input(tmp_path: Path) -> None:
    assert run_command(["--db", str(tmp_path / "none.db"), "runs"]) == 2


def test_what_happened_to_many_is_said_once(netlab: Netlab, lab: Lab, ids: list[str]) -> None:
    for entry in lab.studies.register(study(name="many", channels=(5, 6), seeds=(0, 1))):
        lab.runs.request_stop(entry.run.id, "stop")
    messages = netlab("many")[2].splitlines()
    assert len(messages) == 2
    assert " and 1 more: stopped on request while it waited" in messages[0]


def test_runs_that_were_replaced_are_listed_on_demand(
    netlab: Netlab, lab: Lab, ids: list[str]
) -> None:
    lab.studies.register(study(), again=True)
    assert len(netlab("widths")[1].splitlines()) == 5
    assert len(netlab("widths", "--all")[1].splitlines()) == 9


def test_states_are_true_also_when_the_supervisor_is_dead(
    netlab: Netlab, lab: Lab, ids: list[str]
) -> None:
    with lab.writing() as conn:
        conn.execute("UPDATE run SET state = 'running' WHERE id = ?", (ids[2],))
    lab.queue.cancel(ProcessId.current())
    states = [run["state"] for run in json.loads(netlab("--json")[1])]
    assert states == ["done", "failed", "interrupted", "interrupted"]
    assert lab.runs.get(ids[2]).state == "interrupted"


def test_states_are_true_also_where_nothing_may_be_written(
    netlab: Netlab, lab: Lab, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with lab.writing() as conn:
        conn.execute("UPDATE run SET state = 'running' WHERE id = ?", (ids[2],))
    lab.queue.cancel(ProcessId.current())
    writable = Lab.open

    def refuse(path: Path, *, readonly: bool = False) -> Lab:
        if not readonly:
            raise ReadOnlyLabError("no permission")
        return writable(path, readonly=True)

    monkeypatch.setattr(Lab, "open", refuse)
    states = [run["state"] for run in json.loads(netlab("--json")[1])]
    assert states == ["done", "failed", "interrupted", "interrupted"]
    assert lab.runs.get(ids[2]).state == "running"


def test_show_prints_everything_about_a_run(netlab: Netlab, ids: list[str]) -> None:
    code, out, err = netlab("show", ids[0][:6])
    assert (code, err) == (0, "")
    for line in (
        f"run {ids[0]}: widths, baseline, seed 0",
        "state              done",
        "accuracy           80.00 %",
        "    - {block: conv, channels: 4}",
        "data: {name: fashion-mini}",
        "  epochs: 3",
    ):
        assert line in out.splitlines()
    table = out.splitlines()[-4:]
    assert table[0].split()[:2] == ["epoch", "loss"]
    assert table[3].split()[:4] == ["3", "0.6667", "53.00", "1.0000"]


def test_show_ends_with_the_log_of_a_run_that_went_wrong(
    netlab: Netlab, lab: Lab, ids: list[str]
) -> None:
    folder = lab.run_folder(ids[1])
    folder.mkdir(parents=True)
    (folder / LOG_FILE).write_text("Traceback\nMemoryError\n")
    out = netlab("show", ids[1])[1]
    assert out.splitlines()[-2:] == ["  Traceback", "  MemoryError"]
    assert "state      failed (out of memory)" in out.splitlines()


def test_show_as_json_has_the_specification_and_the_epochs(netlab: Netlab, ids: list[str]) -> None:
    shown: dict[str, Any] = json.loads(netlab("show", "--json", ids[0])[1])
    assert {"wanted", "target"} <= shown.keys()  # names that scripts may read
    assert shown["spec"]["network"]["blocks"][0] == {"block": "conv", "channels": 4} | {
        name: shown["spec"]["network"]["blocks"][0][name]
        for name in shown["spec"]["network"]["blocks"][0]
        if name not in ("block", "channels")
    }
    assert [epoch["epoch"] for epoch in shown["epochs_done"]] == [1, 2, 3]
    assert shown["hardware"]["precision"] == "float32"


@pytest.mark.parametrize("word", ["show", "stop", "resume", "remove"])
def test_a_run_that_is_not_there_is_bad_input(
    netlab: Netlab, lab: Lab, ids: list[str], word: str
) -> None:
    code, out, err = netlab(word, "beef")
    assert (code, out) == (2, "")
    lists = f"`netlab --db {lab.path} runs` lists them"
    assert err == f"netlab: error: the lab has no run 'beef': {lists}\n"


def test_stop_takes_waiting_runs_out_of_the_queue(netlab: Netlab, lab: Lab, ids: list[str]) -> None:
    code, out, err = netlab("stop", ids[2])
    assert (code, out) == (0, "")
    assert err.startswith(f"{ids[2]} (widths, w8, seed 0): stopped on request while it waited")
    assert [lab.runs.get(run).state for run in ids] == ["done", "failed", "stopped", "queued"]


def test_stop_all_stops_what_waits_and_trains(
    netlab: Netlab, lab: Lab, ids: list[str], tmp_path: Path
) -> None:
    pool = WorkerPool(lab, command=fake_worker("--gate", str(tmp_path / "never")))
    pool.start_queued()
    running = pool.workers[ids[2]]
    code, out, err = netlab("stop", "--all", "--json")
    assert (code, err) == (0, "waiting for the checkpoints\n")
    assert {run["id"]: run["state"] for run in json.loads(out)} == {
        ids[2]: "stopped", ids[3]: "stopped",
    }  # fmt: skip
    assert running.child is not None
    running.child.wait(120)
    assert netlab("stop", "--all") == (0, "", "no run is queued or running\n")


def test_stop_needs_to_know_what(netlab: Netlab, ids: list[str]) -> None:
    for words in (("stop",), ("stop", "--all", ids[0])):
        code, _, err = netlab(*words)
        assert code == 2
        assert "name the runs to stop, or say --all" in err


def test_resume_goes_on_with_runs_that_failed_or_were_stopped(
    netlab: Netlab, lab: Lab, ids: list[str]
) -> None:
    lab.runs.request_stop(ids[2], "stop")
    code, out, err = netlab("resume", ids[1], ids[2], "--json")
    assert code == 0
    assert {run["id"]: run["state"] for run in json.loads(out)} == {ids[1]: "done", ids[2]: "done"}
    assert "baseline · seed 1: done, test 80.00 %" in err


def test_resume_leaves_with_1_if_a_run_fails_again(
    netlab: Netlab, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = partial(supervise, command=fake_worker("--fail", "error"), poll_interval=0.01)
    monkeypatch.setattr(supervisor, "supervise", failing)
    assert netlab("resume", ids[1])[0] == 1


def test_resume_refuses_what_is_done_and_changes_nothing(
    netlab: Netlab, lab: Lab, ids: list[str]
) -> None:
    code, _, err = netlab("resume", ids[1], ids[0])
    assert (code, lab.runs.get(ids[1]).state) == (2, "failed")
    assert "is done: there is nothing to go on with" in err


def test_resume_in_the_background_says_where_to_look(
    netlab: Netlab, lab: Lab, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[list[str], str | None, int]] = []

    def detach(
        _lab: Lab, runs: list[str], *, device: str | None, jobs: int
    ) -> BackgroundSupervisor:
        asked.append((runs, device, jobs))
        return BackgroundSupervisor(4321, lab.folder / "supervisor.log")

    monkeypatch.setattr(detach_module, "start_supervisor", detach)
    code, out, err = netlab("resume", ids[1], "--detach", "--device", "cpu", "--jobs", "2")
    assert (code, out) == (0, "")
    assert asked == [([ids[1]], "cpu", 2)]
    assert re.match(r"training in the background \(pid 4321\): see .*supervisor\.log", err)


def test_remove_forgets_runs(netlab: Netlab, lab: Lab, ids: list[str]) -> None:
    code, out, err = netlab("remove", "--yes", ids[0], ids[1])
    assert (code, out) == (0, "")
    assert err.splitlines()[0] == f"removed {ids[0]} (widths, baseline, seed 0)"
    assert [entry.run.id for entry in lab.runs.entries()] == ids[2:]
    assert json.loads(netlab("remove", "--yes", "--json", ids[2])[1]) == [ids[2]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code", "left"), [("y\n", 0, 3), ("n\n", 130, 4)])
def test_remove_asks_first(
    netlab: Netlab,
    lab: Lab,
    ids: list[str],
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    code: int,
    left: int,
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _="": answer.strip())
    assert netlab("remove", ids[0])[0] == code
    assert len(lab.runs.entries()) == left


def test_remove_does_not_ask_where_nobody_is(netlab: Netlab, lab: Lab, ids: list[str]) -> None:
    code, _, err = netlab("remove", ids[0])
    assert code == 2
    assert "say --yes" in err
    assert len(lab.runs.entries()) == 4
