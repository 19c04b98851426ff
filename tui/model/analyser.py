"""The client of the analyser process, which imports torch so that the app need not.

`ask` does not wait: callbacks on the app's event loop get the answers and the process state. A
process that dies, is stuck or sends an invalid reply is restarted, and gets the open questions
again. A question at which the process was stuck is not sent again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tui.model.analyser_requests import AnalyserFailure, AnalyserRequest, AnswerT

ANALYSER_COMMAND: tuple[str, ...] = (sys.executable, "-P", "-m", "netlab.analysis.serve")
"""Starts the analyser; with `-P`, files in the working directory cannot shadow modules."""

RESTART_DELAY_S = 0.5
"""Seconds until an ended process is restarted; doubled after each one without a reply."""

SLOW_AFTER_S = 2.0
"""Seconds without a reply until the state is `slow`."""
STUCK_AFTER_S = 60.0
"""Seconds without a reply until the process is killed as stuck."""

AnalyserState = Literal["starting", "ready", "slow", "died", "wrong", "stuck", "gone"]
"""`died`, `wrong` (an invalid reply) and `stuck` are reasons for a restart."""


class InvalidReplyError(Exception):
    """The process sent a line that is not a valid reply."""


@dataclass(frozen=True)
class _Question:
    """An unanswered request and the line to send for it."""

    request: AnalyserRequest[Any]
    slot: str
    on_answer: Callable[[Any], object]
    line: str


class Analyser:
    """Runs the analyser process and sends requests to it, until `close`."""

    def __init__(
        self,
        on_state: Callable[[AnalyserState], None],
        command: Sequence[str] = ANALYSER_COMMAND,
        *,
        restart_delay_s: float = RESTART_DELAY_S,
        slow_after_s: float = SLOW_AFTER_S,
        stuck_after_s: float = STUCK_AFTER_S,
    ) -> None:
        self._on_state = on_state
        self._command = command
        self._restart_delay_s = restart_delay_s
        self._slow_after_s, self._stuck_after_s = slow_after_s, stuck_after_s
        self._process: asyncio.subprocess.Process | None = None
        self._questions: dict[int, _Question] = {}
        self._last_id = 0
        self._task: asyncio.Task[None] | None = None
        self._watchdog: asyncio.TimerHandle | None = None
        self._state: AnalyserState | None = None
        self._end_state: AnalyserState = "died"
        """The state to report once the process has ended."""

    def start(self) -> None:
        """Start the process; call once, with a running event loop."""
        self._task = asyncio.create_task(self._keep_alive())

    def ask(
        self,
        request: AnalyserRequest[AnswerT],
        slot: str,
        on_answer: Callable[[AnswerT | AnalyserFailure], object],
    ) -> None:
        """Send a request; it replaces an open one of the same kind and `slot`."""
        self._last_id += 1
        question = {"id": self._last_id, "ask": request.ask, "about": slot, **request.to_dict()}
        line = json.dumps(question)
        for number, old in list(self._questions.items()):
            if (old.request.ask, old.slot) == (request.ask, slot):
                del self._questions[number]
        self._questions[self._last_id] = _Question(request, slot, on_answer, line)
        self._send(line)
        if self._watchdog is None:
            self._reset_watchdog()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _keep_alive(self) -> None:
        wait = self._restart_delay_s
        self._set_state("starting")
        try:
            while True:
                self._end_state = "died"
                if await self._run_process():
                    wait = self._restart_delay_s
                self._set_state(self._end_state)
                await asyncio.sleep(wait)
                wait = min(60.0, 2 * wait)
        finally:
            await self._kill_process()
            self._set_state("gone")

    async def _run_process(self) -> bool:
        """Run a process until it ends; return whether it sent any valid reply."""
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
        for asked in self._questions.values():
            self._send(asked.line)
        self._reset_watchdog()
        answered = False
        try:
            while raw := await self._process.stdout.readline():
                self._receive_line(raw)
                answered = True
                self._reset_watchdog()
        except (InvalidReplyError, ValueError):
            self._end_state = "wrong"
        except ConnectionError:
            pass  # the process has died
        await self._kill_process()
        return answered

    def _receive_line(self, raw: bytes) -> None:
        """Handle one line. Raises `InvalidReplyError` if it is not a valid reply."""
        try:
            reply = json.loads(raw)
            number = reply["id"]
            is_open = number in self._questions and not reply.get("superseded")
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidReplyError from error
        if number == 0 or self._state == "slow":
            self._set_state("ready")
        if is_open:
            self._deliver(number, reply.get("answer"), reply.get("error"))

    def _deliver(self, number: int, value: Any, error: Any) -> None:
        if not isinstance(value, dict) if error is None else not isinstance(error, str):
            raise InvalidReplyError
        question = self._questions.pop(number)
        if error is not None:
            question.on_answer(AnalyserFailure(error))
            return
        try:
            answer = question.request.read(value)
        except (KeyError, TypeError, ValueError) as wrong:
            question.on_answer(AnalyserFailure("the analyser gave a wrong answer"))
            raise InvalidReplyError from wrong
        question.on_answer(answer)

    def _set_state(self, state: AnalyserState) -> None:
        if state != self._state:
            self._state = state
            self._on_state(state)

    def _reset_watchdog(self) -> None:
        """Restart the timer for the next reply if any question is open."""
        if self._watchdog is not None:
            self._watchdog.cancel()
            self._watchdog = None
        if self._questions and self._process is not None:
            self._watchdog = asyncio.get_running_loop().call_later(
                self._slow_after_s, self._mark_slow
            )

    def _mark_slow(self) -> None:
        if self._state == "ready":  # there is no time limit for the start
            self._set_state("slow")
            self._watchdog = asyncio.get_running_loop().call_later(
                self._stuck_after_s - self._slow_after_s, self._mark_stuck
            )

    def _mark_stuck(self) -> None:
        """Answer the oldest question with a failure and kill the process; `_keep_alive` restarts it."""
        if self._questions and self._process is not None and self._process.returncode is None:
            self._end_state = "stuck"
            message = f"the analyser was stuck at this for {self._stuck_after_s:.0f} s"
            self._deliver(min(self._questions), None, message)
            self._process.kill()

    def _send(self, line: str) -> None:
        process = self._process
        if process is None or process.returncode is not None or process.stdin is None:
            return  # it is sent to the next process
        if not process.stdin.is_closing():
            process.stdin.write(line.encode() + b"\n")

    async def _kill_process(self) -> None:
        process, self._process = self._process, None
        self._reset_watchdog()
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
