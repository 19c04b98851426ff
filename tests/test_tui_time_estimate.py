"""How long training takes, as `netlab plan` says in a process of its own."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from ablate_app import AblateSeat, ablate

from tui.background import time_estimate
from tui.background.time_estimate import (
    TimeEstimate,
    TimeQuery,
    TimeUnknownError,
)

PYTHON_COMMAND = "netlab.lab.scheduler.start_worker.python_command"
"""Makes the command line of every netlab command."""


def script_that_says(answer: str, code: int = 0) -> str:
    file = "stderr" if code else "stdout"
    return f"import sys; print({answer!r}, file=sys.{file}); sys.exit({code})"


def replace_command(monkeypatch: pytest.MonkeyPatch, script: str) -> list[tuple[str, ...]]:
    """Run `script` in place of netlab; what netlab would have been called with is listed."""
    calls: list[tuple[str, ...]] = []

    def command(*args: str) -> list[str]:
        calls.append(args)
        return [sys.executable, "-c", script]

    monkeypatch.setattr(PYTHON_COMMAND, command)
    return calls


def test_the_time_is_what_plan_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = json.dumps({"estimated_seconds": 42.5, "estimated_from": "the lab"})
    calls = replace_command(monkeypatch, script_that_says(answer))
    found = TimeQuery(Path("my.db")).estimate("a.yaml", ("--device", "cpu"))
    assert found == TimeEstimate(42.5, "the lab")
    (call,) = calls
    assert call[1:] == ("--db", "my.db", "plan", "a.yaml", "--device", "cpu", "--json")


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("netlab: error: bad", 2, "bad"),
        ("", 3, "code 3"),
        ("nothing", 0, "gave no time"),
        ('{"estimated_seconds": null, "estimated_from": null}', 0, "gave no time"),
    ],
)
def test_an_answer_without_a_time_says_why(
    answer: str, code: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_command(monkeypatch, script_that_says(answer, code))
    with pytest.raises(TimeUnknownError, match=words):
        TimeQuery(Path("lab.db")).estimate_text("")


def test_a_command_that_cannot_be_started_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PYTHON_COMMAND, lambda *_: ["/no/such/python"])
    with pytest.raises(TimeUnknownError, match="cannot be started"):
        TimeQuery(Path("lab.db")).estimate_text("")


def test_the_file_of_an_unsaved_study_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import sys; sys.exit('netlab: error: ' + sys.argv[1] + ':1: bad')"

    def command(*args: str) -> list[str]:
        return [sys.executable, "-c", script, args[4]]

    monkeypatch.setattr(PYTHON_COMMAND, command)
    with pytest.raises(TimeUnknownError, match=r"^the study:1: bad"):
        TimeQuery(Path("lab.db")).estimate_text("")


def test_the_process_of_a_cancelled_estimate_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mark = tmp_path / "pid"
    script = f"import os, sys; open({str(mark)!r}, 'w').write(str(os.getpid())); sys.stdin = None\n"
    replace_command(monkeypatch, script + "import signal; signal.pause()")

    query = TimeQuery(Path("lab.db"))
    ended: list[str] = []

    def ask() -> None:
        try:
            query.estimate_text("")
        except TimeUnknownError as error:
            ended.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    while not (mark.exists() and mark.read_text()):
        time.sleep(0.001)
    query.cancel()
    thread.join(20)
    assert ended
    assert not psutil.pid_exists(int(mark.read_text()))


def test_a_query_that_is_cancelled_before_it_is_asked_starts_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = replace_command(monkeypatch, script_that_says("never"))
    query = TimeQuery(Path("lab.db"))
    query.cancel()
    with pytest.raises(TimeUnknownError):
        query.estimate("a.yaml")
    assert not calls


def test_an_estimate_ends_with_the_app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NETLAB_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(time_estimate, "DEBOUNCE_S", 0.001)
    calls = replace_command(monkeypatch, "import signal; signal.pause()")

    async def scenario(at: AblateSeat) -> None:
        await at.go_to("groups-2")
        await at.press("space")
        await at.until(lambda: calls)

    ablate(tmp_path / "lab.db", scenario)
    deadline = time.monotonic() + 20
    while Path(calls[0][4]).exists():  # until the thread has seen its process end
        assert time.monotonic() < deadline
        time.sleep(0.001)
