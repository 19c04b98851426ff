"""Daemon threads for all work that must not block the app.

The app cannot exit before the thread workers of Textual and asyncio are done, and a lock, a dead
network disk or a worker that writes its checkpoint may take minutes. The app can exit while
daemon threads run; for work that must be done first, it calls `BackgroundJob.wait`.

A thread uses no widgets. It returns a value or posts messages, which the event loop handles. The
analyser is not a job: it is a process with which the event loop communicates.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar, overload

from textual.message import Message
from textual.message_pump import MessagePump

ResultT = TypeVar("ResultT")

REQUEST_THREAD = "netlab-request"
"""The name of the threads that return a result; tests wait for these."""


class BackgroundJob:
    """Runs `work`, which must not raise, in a new daemon thread that starts immediately."""

    def __init__(self, work: Callable[[], object], name: str = "netlab-job") -> None:
        self.cancelled = False
        self._thread = threading.Thread(target=work, name=name, daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Drop the result; the work itself is not stopped."""
        self.cancelled = True

    def wait(self, timeout_s: float | None = None) -> None:
        self._thread.join(timeout_s)


@overload
def run_in_background(work: Callable[[], Message], to: MessagePump) -> BackgroundJob: ...


@overload
def run_in_background(
    work: Callable[[], ResultT], to: MessagePump, then: Callable[[ResultT], object]
) -> BackgroundJob: ...


def run_in_background(
    work: Callable[[], ResultT], to: MessagePump, then: Callable[[ResultT], object] | None = None
) -> BackgroundJob:
    """Run `work` in a thread; `to` calls `then` with the result, or gets it as a message."""
    started = threading.Event()  # until it is set, `job` may not be assigned

    def run() -> None:
        result = work()
        started.wait()
        if job.cancelled:
            return
        if then is not None:
            call_from_thread(to, then, result)
        elif isinstance(result, Message):
            post_from_thread(to, result)

    job = BackgroundJob(run, REQUEST_THREAD)
    started.set()
    return job


def post_from_thread(to: MessagePump, message: Message) -> None:
    """Post `message` from any thread; does nothing if the app has ended."""
    with contextlib.suppress(RuntimeError):  # its event loop is closed
        to.post_message(message)


def call_from_thread(to: MessagePump, then: Callable[[ResultT], object], result: ResultT) -> None:
    """Call `then` in the message queue of `to`; does nothing if the app has ended."""
    with contextlib.suppress(RuntimeError):  # its event loop is closed
        to.call_later(then, result)
