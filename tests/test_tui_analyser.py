"""The line to the analyser: slow, wrong, stuck or dead, it is said, and the work goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from tui_helpers import drive, until

from netlab.recipe.edits import SetFields
from tui.app import NetlabApp
from tui.compose.totals import Totals
from tui.model.analyser import ANALYSER_COMMAND, Analyser, AnalyserState
from tui.model.analyser_requests import AnalyserFailure, AnalyserRequest

ECHO = """
import json, sys
for line in sys.stdin:
    q = json.loads(line)
    {case}
    print(json.dumps({{"id": q["id"], "answer": {{"text": q["ask"]}}}}), flush=True)
"""
"""Stands in for the process: answers each question with what was asked, but for one case."""


@dataclass(frozen=True)
class Question(AnalyserRequest[str]):
    """What the process echoes; a reply to `costs` is never one that the app can read."""

    ask: str

    def to_dict(self) -> dict[str, Any]:
        return {}

    def read(self, reply: dict[str, Any]) -> str:
        if self.ask == "costs":
            raise KeyError("rows")
        return str(reply["text"])


class Line:
    """An analyser with what it was heard to say, of a process that does `case` once a life."""

    def __init__(self, case: str, slow: float = 600.0, stuck: float = 1200.0) -> None:
        self.states: list[AnalyserState] = []
        self.answers: list[str | AnalyserFailure] = []
        command = (sys.executable, "-c", ECHO.format(case=case))
        self.analyser = Analyser(
            self.states.append,
            command,
            restart_delay_s=0.01,
            slow_after_s=slow,
            stuck_after_s=stuck,
        )

    def run(self, *questions: str, until: Callable[[], object]) -> None:
        """Ask `questions` and wait until something holds."""

        async def scenario() -> None:
            self.analyser.start()
            for question in questions:
                self.analyser.ask(Question(question), "test", self.answers.append)
            deadline = time.monotonic() + 60
            while not until():
                assert time.monotonic() < deadline, (self.states, self.answers)
                await asyncio.sleep(0.001)
            await self.analyser.close()

        asyncio.run(scenario())

    @property
    def told(self) -> list[str]:
        """What was answered: texts, and what was said of questions that could not be."""
        return [answer if isinstance(answer, str) else answer.message for answer in self.answers]


@pytest.mark.parametrize(
    "said",
    ["sys.stdout.buffer.write(b'[/x' + bytes(range(128, 256)) + b'\\n')",
     "print('{\"id\": [1]}')",
     'print(json.dumps({"id": q["id"], "answer": 3}))'],
)  # fmt: skip
def test_one_that_talks_nonsense_is_started_again_and_asked_anew(said: str, tmp_path: Path) -> None:
    once = tmp_path / "once"
    case = (
        f"if q['id'] and not __import__('os').path.exists({str(once)!r}):\n"
        f"        open({str(once)!r}, 'w').close(); {said}; sys.stdout.flush(); continue"
    )
    line = Line(case)
    line.run("tree", until=lambda: line.told == ["tree"])
    assert line.states[:-1] == ["starting", "ready", "wrong", "ready"]
    assert line.states[-1] == "gone"


def test_an_answer_that_the_app_cannot_take_is_said_to_be_none_and_not_asked_for_again() -> None:
    line = Line("")
    line.run("costs", "tree", until=lambda: len(line.answers) == 2)
    assert line.told[1] == "tree"
    assert isinstance(line.answers[0], AnalyserFailure)
    assert "wrong" in line.states


def test_one_that_is_slow_is_said_to_be_and_then_to_be_well_again(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    waits = f"while q['id'] == 1 and not __import__('os').path.exists({str(gate)!r}): pass"
    line = Line(waits, slow=0.02)

    def note(state: AnalyserState) -> None:
        line.states.append(state)
        if state == "slow":
            gate.touch()

    line.analyser._on_state = note
    line.run("tree", until=lambda: line.told == ["tree"])
    assert line.states == ["starting", "ready", "slow", "ready", "gone"]


def test_one_that_is_stuck_is_started_again_without_the_question_it_was_stuck_at() -> None:
    line = Line("while q['ask'] == 'tree': __import__('time').sleep(9)", slow=0.02, stuck=0.04)

    def note(state: AnalyserState) -> None:
        line.states.append(state)
        if state == "stuck":
            line.analyser._stuck_after_s = 600.0  # the next process may be as slow as it likes

    line.analyser._on_state = note
    line.run("tree", "code", until=lambda: len(line.answers) == 2)
    assert line.told == ["the analyser was stuck at this for 0 s", "code"]
    assert "stuck" in line.states


def test_a_program_that_is_not_there_is_tried_again_and_never_hurts() -> None:
    line = Line("")
    line.analyser._command = ("/no/such/program",)
    line.run("tree", until=lambda: len(line.states) == 2)
    assert line.states == ["starting", "died", "gone"]


def test_the_real_one_killed_under_the_app_is_back_with_the_newest_costs(tmp_path: Path) -> None:
    app = NetlabApp(tmp_path / "lab.db")
    app.analyser = Analyser(app.set_analyser_state, ANALYSER_COMMAND, restart_delay_s=0.01)

    async def scenario(pilot: Pilot[Any]) -> None:
        def known() -> bool:
            return app.costs is not None and app.costs.network == app.document.network

        await until(pilot, known, 120)
        process = app.analyser._process
        assert process is not None
        os.kill(process.pid, signal.SIGSTOP)  # so that it cannot answer before it dies
        app.edit(SetFields(2, {"channels": 24}))
        assert not known()
        os.kill(process.pid, signal.SIGKILL)
        totals = app.screen.query_one(Totals)
        await until(pilot, lambda: "analyser died, restarting" in totals.render().plain)
        await until(pilot, known, 120)
        assert app.analyser_state == "ready"
        await until(pilot, lambda: "analyser" not in totals.render().plain)

    drive(app, scenario, (160, 40))
