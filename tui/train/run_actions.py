"""What a person asks of runs on the Train screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netlab.lab.run_state import ALLOWED_STATES, RunRequest
from netlab.sanitize import sanitize
from tui.background.netlab_command import run_in_background
from tui.lab.run_rows import Row
from tui.lab.snapshot import LabSnapshot
from tui.shell.confirm import Ask, Choice
from tui.shell.mode_screen import ModeScreen
from tui.train.run_lines import RunListLine, StudyHeading
from tui.train.run_requests import (
    PROGRESS_WORDS,
    RequestEnded,
    send_request,
)

NOTHING_FITS: dict[RunRequest, str] = {
    "pause": "nothing to pause: only runs that wait or train can be paused",
    "stop": "nothing to stop: only runs that wait, train or are paused can be stopped",
    "resume": "nothing to resume: neither paused, stopped nor interrupted",
    "retry": "nothing to try again: none has failed or diverged",
    "remove": "a run that trains cannot be removed: stop it first (x)",
}
"""What to say where no run can be asked."""


class Asking(ModeScreen):
    """The requests. They go to the lab from a thread; what they change is seen there."""

    snapshot: LabSnapshot

    def __init__(self) -> None:
        super().__init__()
        self._requested: dict[str, RunRequest] = {}
        """What runs were asked here, until that is dealt with: the lab is slower to tell."""

    @property
    def marked(self) -> tuple[str, ...]:
        """The marked runs."""
        raise TypeError(f"{type(self).__name__} does not say what is marked")

    @property
    def line(self) -> RunListLine | None:
        """What is under the cursor."""
        raise TypeError(f"{type(self).__name__} does not say what is under the cursor")

    def refresh_now(self) -> None:
        """Have the lab looked at now."""
        raise TypeError(f"{type(self).__name__} watches no lab")

    def action_pause(self) -> None:
        """Pause what waits or trains."""
        self._request("pause", self._target_rows())

    def action_resume(self) -> None:
        """Go on with what was paused, stopped or interrupted."""
        self._request("resume", self._target_rows())

    def action_stop(self) -> None:
        """Stop what waits or trains; more than one only after a question."""
        rows = _fitting_rows("stop", self._target_rows())
        if len(rows) < 2:
            self._request("stop", self._target_rows())
            return
        text = (
            "Those that train write a checkpoint first, and r goes on from there.\n\n"
            + _list_runs(rows)
        )
        answers = (Choice("keep", "k", "Let them go on"), Choice("stop", "s", "Stop them"))
        self._confirm(f"Stop {len(rows)} runs?", text, answers, "stop", rows)

    def action_retry(self) -> None:
        """Try the failed runs here again; where none has, those of the same study."""
        here = self._target_rows()
        plans = {row.study for row in here}
        if not _fitting_rows("retry", here):
            here = [row for g in self.snapshot.groups if g.study in plans for row in g.rows]
        self._request("retry", here)

    def action_remove(self) -> None:
        """Forget runs, after a question."""
        rows = _fitting_rows("remove", self._target_rows())
        if not rows:
            self._request("remove", self._target_rows())
            return
        text = (
            "Results, checkpoints and logs are deleted, and gone from every study. This cannot be "
            "undone.\n\n" + _list_runs(rows)
        )
        many = "this run" if len(rows) == 1 else f"these {len(rows)} runs"
        answers = (Choice("keep", "k", "Keep"), Choice("remove", "r", "Remove", destructive=True))
        self._confirm(f"Remove {many}?", text, answers, "remove", rows)

    def on_request_ended(self, message: RequestEnded) -> None:
        """Say what went wrong."""
        for run in message.runs:
            self._requested.pop(run, None)
        self.refresh_now()
        if message.problem is not None:
            self.notify(message.problem, severity="error", timeout=15, markup=False)

    def _confirm(
        self,
        title: str,
        text: str,
        answers: Sequence[Choice],
        kind: RunRequest,
        rows: Sequence[Row],
    ) -> None:
        def answered(answer: str | None) -> None:
            if answer == kind:
                self._request(kind, rows)

        self.app.push_screen(Ask(title, text, answers), answered)

    def _target_rows(self) -> list[Row]:
        """The runs that a request is about: see the help of the list."""
        line = self.line
        if line is None:
            return []
        if isinstance(line, StudyHeading):
            return list(line.group.rows)
        if line.row.run not in self.marked:
            return [line.row]
        rows = {row.run: row for group in self.snapshot.groups for row in group.rows}
        return [rows[run] for run in self.marked]

    def _request(self, kind: RunRequest, rows: Sequence[Row]) -> None:
        fitting = _fitting_rows(kind, rows)
        if not fitting:
            told = self._still_busy_text(kind, rows) or NOTHING_FITS[kind]
            self.notify(told, severity="warning", markup=False)
            return
        runs = tuple(row.run for row in fitting)
        self._requested |= dict.fromkeys(runs, kind)
        who = fitting[0].name if len(fitting) == 1 else f"{len(fitting)} runs"
        self.notify(f"{PROGRESS_WORDS[kind]} {who}", timeout=3, markup=False)
        lab = self.workspace.lab_path
        work: Callable[[], RequestEnded] = lambda: send_request(lab, kind, runs)  # noqa: E731
        run_in_background(work, self)

    def _still_busy_text(self, kind: RunRequest, rows: Sequence[Row]) -> str:
        """That runs are still doing what they were asked before; empty where none is."""
        busy = {row.run: row.name for row in rows if self._pending_word(row)}
        if not busy:
            return ""
        doing = next(filter(None, map(self._pending_word, rows)))
        who = next(iter(busy.values())) if len(busy) == 1 else f"{len(busy)} runs"
        told = f"{who} {'is' if len(busy) == 1 else 'are'} still {doing}"
        if doing == PROGRESS_WORDS[kind]:
            return told
        return f"{told}: {self.workspace.first_key(f'train.{kind}')} again in a moment"

    def _pending_word(self, row: Row) -> str:
        """What a run that trains is doing at a request, until it has: pausing, stopping."""
        if row.state != "running":
            return ""
        asked = self._requested.get(row.run)
        if row.stop_request:
            return row.state_word
        return PROGRESS_WORDS[asked] if asked else ""


def _fitting_rows(kind: RunRequest, rows: Sequence[Row]) -> list[Row]:
    """The rows of runs that can be asked so, each run once."""
    once = {row.run: row for row in rows}.values()
    return [row for row in once if row.state in ALLOWED_STATES[kind] and row.stop_request is None]


def _list_runs(rows: Sequence[Row], most: int = 12) -> str:
    lines = [f"{sanitize(row.study)} · {row.title}  ({row.state})" for row in rows[:most]]
    if len(rows) > most:
        lines.append(f"… and {len(rows) - most} more")
    return "\n".join(lines)
