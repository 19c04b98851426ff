"""The app's line to the warm analyser process, which knows torch so that the app need not.

Asking never waits. Answers, and how the process is, reach the app through two callbacks on its
event loop. A process that dies, or says what is no answer, is started again and asked anew; so is
one that is stuck, but the question that it was stuck at is not put again.
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

SLOW = 2.0
"""Seconds without a word from a process that was asked, before that is told."""
STUCK = 60.0
"""Seconds without a word before the process is taken to be stuck."""

State = Literal["starting", "ready", "slow", "died", "wrong", "stuck", "gone"]
"""How the process is: `died`, `wrong` and `stuck` say why it is being started again."""


class NonsenseError(Exception):
    """What was answered is no answer to what was asked."""


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
    """Asks the analyser process, restarting it where need be, until `close`.

    `on_answer` may raise `NonsenseError` for an answer that cannot be one.
    """

    def __init__(
        self,
        on_answer: Callable[[Answer], None],
        on_state: Callable[[State], None],
        command: Sequence[str] = COMMAND,
        *,
        patience: float = PATIENCE,
        slow: float = SLOW,
        stuck: float = STUCK,
    ) -> None:
        self._on_answer = on_answer
        self._on_state = on_state
        self._command = command
        self._patience, self._slow, self._stuck = patience, slow, stuck
        self._process: asyncio.subprocess.Process | None = None
        self._asked: dict[int, _Asked] = {}
        self._last = 0
        self._task: asyncio.Task[None] | None = None
        self._watchdog: asyncio.TimerHandle | None = None
        self._state: State | None = None
        self._ill: State = "died"
        """What is said of the process once it has ended."""

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
        if self._watchdog is None:
            self._watch()

    async def close(self) -> None:
        """End the process and wait until it is gone."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _live(self) -> None:
        wait = self._patience
        self._tell("starting")
        try:
            while True:
                self._ill = "died"
                if await self._one_life():
                    wait = self._patience
                self._tell(self._ill)
                await asyncio.sleep(wait)
                wait = min(60.0, 2 * wait)
        finally:
            await self._end()
            self._tell("gone")

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
        self._watch()
        answered = False
        try:
            while raw := await self._process.stdout.readline():
                self._hear(raw)
                answered = True
                self._watch()
        except (NonsenseError, ValueError):
            self._ill = "wrong"
        except ConnectionError:
            pass  # it has died
        await self._end()
        return answered

    def _hear(self, raw: bytes) -> None:
        """Take one line. Raises `NonsenseError` where it is no reply to anything."""
        try:
            reply = json.loads(raw)
            number = reply["id"]
            waited_for = number in self._asked and not reply.get("superseded")
        except (ValueError, KeyError, TypeError) as error:
            raise NonsenseError from error
        if number == 0 or self._state == "slow":
            self._tell("ready")
        if waited_for:
            self._give(number, reply.get("answer"), reply.get("error"))

    def _give(self, number: int, value: Any, error: Any) -> None:
        told = isinstance(value, dict) if error is None else isinstance(error, str)
        if not told:
            raise NonsenseError
        asked = self._asked.pop(number)
        answer = Answer(asked.ask, asked.about, asked.context, value, error)
        try:
            self._on_answer(answer)
        except NonsenseError:
            words = "the analyser answered nonsense"
            self._on_answer(Answer(asked.ask, asked.about, asked.context, None, words))
            raise

    def _tell(self, state: State) -> None:
        if state != self._state:
            self._state = state
            self._on_state(state)

    def _watch(self) -> None:
        """From now on it has `slow` seconds for the next word, where a word is due."""
        if self._watchdog is not None:
            self._watchdog.cancel()
            self._watchdog = None
        if self._asked and self._process is not None:
            self._watchdog = asyncio.get_running_loop().call_later(self._slow, self._note_slow)

    def _note_slow(self) -> None:
        if self._state == "ready":  # until then it starts, for as long as that takes
            self._tell("slow")
            self._watchdog = asyncio.get_running_loop().call_later(
                self._stuck - self._slow, self._note_stuck
            )

    def _note_stuck(self) -> None:
        """Give the oldest question up and end the process, which is then started again."""
        if self._asked and self._process is not None and self._process.returncode is None:
            self._ill = "stuck"
            words = f"the analyser was stuck at this for {self._stuck:.0f} s"
            self._give(min(self._asked), None, words)
            self._process.kill()

    def _send(self, line: str) -> None:
        process = self._process
        if process is None or process.returncode is not None or process.stdin is None:
            return  # it is sent when the next process lives
        if not process.stdin.is_closing():
            process.stdin.write(line.encode() + b"\n")

    async def _end(self) -> None:
        process, self._process = self._process, None
        self._watch()
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
