"""The states of a run: their names, and the requests that each state allows."""

from __future__ import annotations

from typing import Literal

State = Literal[
    "queued", "running", "paused", "stopped", "interrupted", "failed", "diverged", "done"
]
"""`stopped`: on request. `interrupted`: by Ctrl-C, or because its process is gone. `diverged`: its
loss is no longer a number. `failed`: `Run.reason` gives the reason."""

StopRequest = Literal["stop", "pause", "interrupt"]
"""Why a running run has to stop: a command asked for `stop` or `pause`; Ctrl-C is `interrupt`."""

RunRequest = Literal["pause", "stop", "resume", "retry", "remove"]
"""What a person may request of a run."""

ACTIVE_STATES: tuple[State, ...] = ("queued", "running")
"""States that a run leaves without a request."""

ALLOWED_STATES: dict[RunRequest, tuple[State, ...]] = {
    "pause": ("queued", "running"),
    "stop": ("queued", "running", "paused"),
    "resume": ("paused", "stopped", "interrupted"),
    "retry": ("failed", "diverged"),
    "remove": ("queued", "paused", "stopped", "interrupted", "failed", "diverged", "done"),
}
"""By request, the states in which a run accepts it."""

UNFINISHED_STATES: tuple[State, ...] = (*ACTIVE_STATES, *ALLOWED_STATES["resume"])
"""States from which a run can still be finished, from its last checkpoint."""

RESTARTABLE_STATES: tuple[State, ...] = (*ALLOWED_STATES["resume"], *ALLOWED_STATES["retry"])
"""States that have no result, but from which a run can be started again."""

FAILURE_REASONS = {
    "out-of-memory": "out of memory",
    "disk-full": "disk full",
    "bad-data": "bad data",
    "killed": "killed",
}
"""Why a run failed, for people; any other reason is shown as `failed`."""

_STOPPING = {"stop": "stopping", "pause": "pausing", "interrupt": "stopping"}


def share_done(state: State, step: int, steps: int) -> float:
    """The share of a run that is done, from 0 to 1."""
    if state == "done":
        return 1.0
    return step / steps if steps else 0.0


def state_with_reason(state: str, reason: str | None) -> str:
    """A state, with its reason if that differs: `failed (out of memory)`."""
    if reason is None or reason == state:
        return state
    return f"{state} ({FAILURE_REASONS.get(reason, reason)})"


def state_word(state: State, stop_request: StopRequest | None, steps: int) -> str:
    """A state in one word; a running run is `starting` until `steps` is known."""
    if state == "running" and stop_request:
        return _STOPPING[stop_request]
    return "starting" if state == "running" and not steps else state
