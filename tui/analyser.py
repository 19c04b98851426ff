"""The app's line to the warm analyser process, which knows torch so that the app need not.

Asking never waits. Answers, and the comings and goings of the process, reach the app through two
callbacks on its event loop. A process that dies is started again and asked anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

COMMAND: tuple[str, ...] = (sys.executable, "-P", "-m", "netlab.analysis.serve")
"""Starts the analyser; `-P` keeps the working directory from shadowing modules."""

PATIENCE = 0.5
"""Seconds before a process that died is started again; doubled each time it dies unanswered."""

State = Literal["starting", "ready", "restarting", "gone"]


@dataclass(frozen=True)
class Answer:
    """What came back for a question: `value`, or `error` in words."""

    ask: str
    about: str
    context: Any
    value: dict[str, Any] | None
    error: str | None


@dataclass(frozen=True)
class _Asked:
    ask: str
    about: str
    context: Any
    line: str


class Analyser:
    """Asks the analyser process, restarting it where it dies, until `close`."""

    def __init__(
        self,
        on_answer: Callable[[Answer], None],
        on_state: Callable[[State], None],
        command: Sequence[str] = COMMAND,
        patience: float = PATIENCE,
    ) -> None:
        self._on_answer = on_answer
        self._on_state = on_state
        self._command = command
        self._patience = patience
        self._process: asyncio.subprocess.Process | None = None
        self._asked: dict[int, _Asked] = {}
        self._last = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start the process; call once, on a running event loop."""
        self._task = asyncio.create_task(self._live())

    def ask(self, ask: str, about: str, context: Any = None, **question: Any) -> None:
        """Put a question; of several with the same `ask` and `about`, the newest is answered.

        `context` is given back with the answer as it is.
        """
        self._last += 1
        line = json.dumps({"id": self._last, "ask": ask, "about": about, **question})
        for number, old in list(self._asked.items()):
            if (old.ask, old.about) == (ask, about):
                del self._asked[number]
        self._asked[self._last] = _Asked(ask, about, context, line)
        self._send(line)

    async def close(self) -> None:
        """End the process and wait until it is gone."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _live(self) -> None:
        wait = self._patience
        self._on_state("starting")
        try:
            while True:
                if await self._one_life():
                    wait = self._patience
                self._on_state("restarting")
                await asyncio.sleep(wait)
                wait = min(60.0, 2 * wait)
        finally:
            await self._end()
            self._on_state("gone")

    async def _one_life(self) -> bool:
        """Run one process to its end; whether it has answered anything."""
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=2**24,
            )
        except OSError:
            return False
        assert self._process.stdout is not None
        self._send(json.dumps({"id": 0, "ask": "hello"}))
        for asked in self._asked.values():
            self._send(asked.line)
        answered = False
        with contextlib.suppress(ValueError, ConnectionError):
            while raw := await self._process.stdout.readline():
                answered = self._hear(raw) or answered
        await self._end()
        return answered

    def _hear(self, raw: bytes) -> bool:
        try:
            reply = json.loads(raw)
            number = reply["id"]
        except (ValueError, KeyError, TypeError):
            return False
        if number == 0:
            self._on_state("ready")
        elif number in self._asked and not reply.get("superseded"):
            asked = self._asked.pop(number)
            self._on_answer(
                Answer(
                    asked.ask, asked.about, asked.context, reply.get("answer"), reply.get("error")
                )
            )
        return True

    def _send(self, line: str) -> None:
        process = self._process
        if process is None or process.returncode is not None or process.stdin is None:
            return  # it is sent when the next process lives
        if not process.stdin.is_closing():
            process.stdin.write(line.encode() + b"\n")

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
