"""Send requests to runs: by short transactions and `netlab` commands, always in the background.

The lab's modules are imported inside functions, so that the first frame does not wait for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from textual.message import Message

from netlab.errors import NetlabError
from netlab.lab.run_state import RunRequest
from tui.background.netlab_command import run_netlab

PROGRESS_WORDS: dict[RunRequest, str] = {
    "pause": "pausing",
    "stop": "stopping",
    "resume": "resuming",
    "retry": "trying again",
    "remove": "removing",
}


@dataclass
class RequestEnded(Message):
    """A request to `runs` is finished; `problem` is None if nothing went wrong."""

    problem: str | None
    runs: Sequence[str]


def send_request(lab: Path, kind: RunRequest, runs: Sequence[str]) -> RequestEnded:
    """Send a request to runs, and wait until it is carried out. Call it in a thread."""
    try:
        return RequestEnded(_HANDLERS[kind](lab, runs), runs)
    except NetlabError as error:
        return RequestEnded(str(error), runs)


def _stopper(what: Literal["pause", "stop"]) -> Callable[[Path, Sequence[str]], str | None]:
    def ask(lab: Path, runs: Sequence[str]) -> str | None:
        from netlab.lab.scheduler.reconcile import wait_until_stopped
        from netlab.lab.store import Lab

        with Lab.open(lab) as opened:
            for run in runs:
                opened.runs.request_stop(run, what)
            # If no supervisor is left to pass the request on, this process does it.
            if wait_until_stopped(opened, runs):
                return None
        return "some workers have not stopped within a minute and a half; they may yet"

    return ask


def _resume(lab: Path, runs: Sequence[str]) -> str | None:
    return run_netlab(lab, ["runs", "resume", *runs, "--detach"]).problem


def _remove(lab: Path, runs: Sequence[str]) -> None:
    from netlab.lab.scheduler.reconcile import reconcile
    from netlab.lab.store import Lab

    with Lab.open(lab) as opened:
        reconcile(opened)
        for run in runs:
            if run in opened.runs.by_id([run]):  # it may have been removed by now
                opened.runs.remove(run)


_HANDLERS: dict[RunRequest, Callable[[Path, Sequence[str]], str | None]] = {
    "pause": _stopper("pause"),
    "stop": _stopper("stop"),
    "resume": _resume,
    "retry": _resume,
    "remove": _remove,
}
