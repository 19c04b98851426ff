"""The user's requests to runs on the Train screen: pause, resume, stop, retry, remove."""

from __future__ import annotations

from collections.abc import Sequence

from netlab.lab.db.run_rows import RunRow
from netlab.lab.run_state import ALLOWED_STATES, RunRequest
from netlab.sanitize import sanitize
from tui.background.jobs import run_in_background
from tui.shell.confirm import Choice, Confirm
from tui.shell.mode_screen import ModeScreen
from tui.train.run_requests import PROGRESS_WORDS, RequestEnded, send_request
from tui.train.run_selection import RunSelection

NOTHING_FITS: dict[RunRequest, str] = {
    "pause": "nothing to pause: only runs that wait or train can be paused",
    "stop": "nothing to stop: only runs that wait, train or are paused can be stopped",
    "resume": "nothing to resume: neither paused, stopped nor interrupted",
    "retry": "nothing to try again: none has failed or diverged",
    "remove": "a run that trains cannot be removed: stop it first (x)",
}
"""What to say if none of the chosen runs allows the request."""


class RunActions:
    """Sends requests to the lab in the background; their effect is seen when the lab is read."""

    def __init__(self, screen: ModeScreen, selection: RunSelection) -> None:
        self._screen = screen
        self._selection = selection
        self._requested: dict[str, RunRequest] = {}
        """By run, the request that was sent and is not finished; the lab shows it only later."""

    def pause(self) -> None:
        self._request("pause", self._selection.target_rows())

    def resume(self) -> None:
        self._request("resume", self._selection.target_rows())

    def stop(self) -> None:
        """Stop the chosen runs that can be stopped; ask first if there are two or more."""
        rows = _fitting_rows("stop", self._selection.target_rows())
        if len(rows) < 2:
            self._request("stop", self._selection.target_rows())
            return
        text = (
            "Those that train write a checkpoint first, and r goes on from there.\n\n"
            + _list_runs(rows)
        )
        answers = (Choice("keep", "k", "Let them go on"), Choice("stop", "s", "Stop them"))
        self._confirm(f"Stop {len(rows)} runs?", text, answers, "stop", rows)

    def retry(self) -> None:
        """Retry the failed runs among the chosen; if there are none, those of the same studies."""
        here = self._selection.target_rows()
        plans = {row.study for row in here}
        if not _fitting_rows("retry", here):
            here = [
                row for g in self._selection.snapshot.groups if g.study in plans for row in g.rows
            ]
        self._request("retry", here)

    def remove(self) -> None:
        rows = _fitting_rows("remove", self._selection.target_rows())
        if not rows:
            self._request("remove", self._selection.target_rows())
            return
        text = (
            "Results, checkpoints and logs are deleted, and gone from every study. This cannot be "
            "undone.\n\n" + _list_runs(rows)
        )
        many = "this run" if len(rows) == 1 else f"these {len(rows)} runs"
        answers = (Choice("keep", "k", "Keep"), Choice("remove", "r", "Remove", destructive=True))
        self._confirm(f"Remove {many}?", text, answers, "remove", rows)

    def request_ended(self, message: RequestEnded) -> None:
        for run in message.runs:
            self._requested.pop(run, None)
        if message.problem is not None:
            self._screen.notify(message.problem, severity="error", timeout=15, markup=False)

    def _confirm(
        self,
        title: str,
        text: str,
        answers: Sequence[Choice],
        kind: RunRequest,
        rows: Sequence[RunRow],
    ) -> None:
        def answered(answer: str | None) -> None:
            if answer == kind:
                self._request(kind, rows)

        self._screen.app.push_screen(Confirm(title, text, answers), answered)

    def _request(self, kind: RunRequest, rows: Sequence[RunRow]) -> None:
        fitting = _fitting_rows(kind, rows)
        if not fitting:
            text = self._still_busy_text(kind, rows) or NOTHING_FITS[kind]
            self._screen.notify(text, severity="warning", markup=False)
            return
        runs = tuple(row.run for row in fitting)
        self._requested |= dict.fromkeys(runs, kind)
        who = fitting[0].name if len(fitting) == 1 else f"{len(fitting)} runs"
        self._screen.notify(f"{PROGRESS_WORDS[kind]} {who}", timeout=3, markup=False)
        lab = self._screen.workspace.lab_path
        run_in_background(lambda: send_request(lab, kind, runs), self._screen)

    def _still_busy_text(self, kind: RunRequest, rows: Sequence[RunRow]) -> str:
        """A sentence saying which of the runs are still busy with a request; empty if none is."""
        busy = {row.run: row.name for row in rows if self._pending_word(row)}
        if not busy:
            return ""
        doing = next(filter(None, map(self._pending_word, rows)))
        who = next(iter(busy.values())) if len(busy) == 1 else f"{len(busy)} runs"
        text = f"{who} {'is' if len(busy) == 1 else 'are'} still {doing}"
        if doing == PROGRESS_WORDS[kind]:
            return text
        return f"{text}: {self._screen.workspace.first_key(f'train.{kind}')} again in a moment"

    def _pending_word(self, row: RunRow) -> str:
        """`pausing` or `stopping` while the run still trains after such a request; else empty."""
        if row.state != "running":
            return ""
        requested = self._requested.get(row.run)
        if row.stop_request:
            return row.state_word
        return PROGRESS_WORDS[requested] if requested else ""


def _fitting_rows(kind: RunRequest, rows: Sequence[RunRow]) -> list[RunRow]:
    """The rows that allow this request and have no open stop request, one for each run."""
    once = {row.run: row for row in rows}.values()
    return [row for row in once if row.state in ALLOWED_STATES[kind] and row.stop_request is None]


def _list_runs(rows: Sequence[RunRow], most: int = 12) -> str:
    lines = [f"{sanitize(row.study)} · {row.title}  ({row.state})" for row in rows[:most]]
    if len(rows) > most:
        lines.append(f"… and {len(rows) - most} more")
    return "\n".join(lines)
