"""The one way in which the app does work that it must not wait for: in a daemon thread.

Textual's own thread workers, and asyncio's, hold up the app's end until they are done; a lock, a
dead network disk or a worker that writes its checkpoint may take minutes. A daemon thread holds
nobody up: what must be done before the app ends is waited for by name, with `BackgroundJob.wait`.

A thread touches no widget. It returns a value, or posts messages, and the event loop takes these
up in their turn. The analyser is no job: it is a process that the event loop talks to.
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
"""The name of the threads that end with a result; tests wait for these."""


class BackgroundJob:
    """Work in a thread of its own, begun at once. It must not raise."""

    def __init__(self, work: Callable[[], object], name: str = "netlab-job") -> None:
        self.cancelled = False
        self._thread = threading.Thread(target=work, name=name, daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Let nobody get its result; the work itself goes on."""
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
    """Do `work`; `to` gets the message that it returns, or calls `then` with another result."""
    started = threading.Event()  # before that, the work could end without knowing its own job

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
    """Post from any thread; a message to an app that has ended is for nobody."""
    with contextlib.suppress(RuntimeError):  # its event loop is closed
        to.post_message(message)


def call_from_thread(to: MessagePump, then: Callable[[ResultT], object], result: ResultT) -> None:
    """Have `then` called among the messages of `to`; nobody does that once the app has ended."""
    with contextlib.suppress(RuntimeError):  # its event loop is closed
        to.call_later(then, result)
