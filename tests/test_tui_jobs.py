"""Work in the background: its result comes to the event loop, or to nobody."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from tui_helpers import drive, quiet_app, until

from tui.background.jobs import BackgroundJob, call_from_thread, run_in_background


def test_a_result_comes_to_the_event_loop(tmp_path: Path) -> None:
    app = quiet_app(tmp_path / "lab.db")
    results: list[tuple[int, int]] = []

    async def scenario(pilot: Pilot[Any]) -> None:
        run_in_background(lambda: 7, app, lambda n: results.append((n, threading.get_ident())))
        await until(pilot, lambda: results)

    drive(app, scenario)
    assert results == [(7, threading.get_ident())]


def test_the_result_of_a_job_that_was_cancelled_comes_to_nobody(tmp_path: Path) -> None:
    app = quiet_app(tmp_path / "lab.db")
    results: list[int] = []
    gate = threading.Event()

    def work() -> int:
        gate.wait()
        return 7

    async def scenario(pilot: Pilot[Any]) -> None:
        job = run_in_background(work, app, results.append)
        job.cancel()
        gate.set()
        job.wait()
        await pilot.pause()

    drive(app, scenario)
    assert results == []


def test_a_result_for_an_app_that_has_ended_does_no_harm(tmp_path: Path) -> None:
    app = quiet_app(tmp_path / "lab.db")

    async def scenario(pilot: Pilot[Any]) -> None:
        await pilot.pause()

    drive(app, scenario)
    call_from_thread(app, print, 7)


def test_a_job_holds_nobody_up_who_waits_only_for_a_while() -> None:
    job = BackgroundJob(threading.Event().wait)
    job.wait(0.01)
    assert job._thread.daemon
