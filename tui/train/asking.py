"""What a person asks of runs on the Train screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netlab.report.plain import plain
from tui.ask import Answer, Ask
from tui.background import in_background
from tui.labrows import Row
from tui.labsnapshot import Snapshot
from tui.mode import ModeScreen
from tui.train.lines import Heading, Line
from tui.train.requests import DOING, FITS, Kind, RequestEnded, request
from tui.train.words import ASKED
from tui.welcome.way import key_of

NO_ONE: dict[Kind, str] = {
    "pause": "nothing to pause: only runs that wait or train can be paused",
    "stop": "nothing to stop: only runs that wait, train or are paused can be stopped",
    "resume": "nothing to resume: neither paused, stopped nor interrupted",
    "retry": "nothing to try again: none has failed or diverged",
    "remove": "a run that trains cannot be removed: stop it first (x)",
}
"""What to say where no run can be asked."""


class Asking(ModeScreen):
    """The requests. They go to the lab from a thread; what they change is seen there."""

    snapshot: Snapshot

    def __init__(self) -> None:
        super().__init__()
        self._asked: dict[str, Kind] = {}
        """What runs were asked here, until that is dealt with: the lab is slower to tell."""

    @property
    def marked(self) -> tuple[str, ...]:
        """The marked runs."""
        raise TypeError(f"{type(self).__name__} does not say what is marked")

    @property
    def line(self) -> Line | None:
        """What is under the cursor."""
        raise TypeError(f"{type(self).__name__} does not say what is under the cursor")

    def nudge(self) -> None:
        """Have the lab looked at now."""
        raise TypeError(f"{type(self).__name__} watches no lab")

    def action_pause(self) -> None:
        """Pause what waits or trains."""
        self._ask("pause", self._here())

    def action_resume(self) -> None:
        """Go on with what was paused, stopped or interrupted."""
        self._ask("resume", self._here())

    def action_stop(self) -> None:
        """Stop what waits or trains; more than one only after a question."""
        rows = _fit("stop", self._here())
        if len(rows) < 2:
            self._ask("stop", self._here())
            return
        text = "Those that train write a checkpoint first, and r goes on from there.\n\n" + _listed(
            rows
        )
        answers = (Answer("keep", "k", "Let them go on"), Answer("stop", "s", "Stop them"))
        self._question(f"Stop {len(rows)} runs?", text, answers, "stop", rows)

    def action_retry(self) -> None:
        """Try the failed runs here again; where none has, those of the same study."""
        here = self._here()
        plans = {row.study for row in here}
        if not _fit("retry", here):
            here = [row for g in self.snapshot.groups if g.study in plans for row in g.rows]
        self._ask("retry", here)

    def action_remove(self) -> None:
        """Forget runs, after a question."""
        rows = _fit("remove", self._here())
        if not rows:
            self._ask("remove", self._here())
            return
        text = (
            "Results, checkpoints and logs are deleted, and gone from every study. This cannot be "
            "undone.\n\n" + _listed(rows)
        )
        many = "this run" if len(rows) == 1 else f"these {len(rows)} runs"
        answers = (Answer("keep", "k", "Keep"), Answer("remove", "r", "Remove", grave=True))
        self._question(f"Remove {many}?", text, answers, "remove", rows)

    def on_request_ended(self, message: RequestEnded) -> None:
        """Say what went wrong."""
        for run in message.runs:
            self._asked.pop(run, None)
        self.nudge()
        if message.problem is not None:
            self.notify(message.problem, severity="error", timeout=15, markup=False)

    def _question(
        self, title: str, text: str, answers: Sequence[Answer], kind: Kind, rows: Sequence[Row]
    ) -> None:
        def answered(answer: str | None) -> None:
            if answer == kind:
                self._ask(kind, rows)

        self.app.push_screen(Ask(title, text, answers), answered)

    def _here(self) -> list[Row]:
        """The runs that a request is about: see the help of the list."""
        line = self.line
        if line is None:
            return []
        if isinstance(line, Heading):
            return list(line.group.rows)
        if line.row.run not in self.marked:
            return [line.row]
        rows = {row.run: row for group in self.snapshot.groups for row in group.rows}
        return [rows[run] for run in self.marked]

    def _ask(self, kind: Kind, rows: Sequence[Row]) -> None:
        fitting = _fit(kind, rows)
        if not fitting:
            told = self._not_yet(kind, rows) or NO_ONE[kind]
            self.notify(told, severity="warning", markup=False)
            return
        runs = tuple(row.run for row in fitting)
        self._asked |= dict.fromkeys(runs, kind)
        who = fitting[0].name if len(fitting) == 1 else f"{len(fitting)} runs"
        self.notify(f"{DOING[kind]} {who}", timeout=3, markup=False)
        lab = self.netlab.lab_path
        work: Callable[[], RequestEnded] = lambda: request(lab, kind, runs)  # noqa: E731
        in_background(work, self)

    def _not_yet(self, kind: Kind, rows: Sequence[Row]) -> str:
        """That runs are still doing what they were asked before; empty where none is."""
        busy = {row.run: row.name for row in rows if self._doing(row)}
        if not busy:
            return ""
        doing = next(filter(None, map(self._doing, rows)))
        who = next(iter(busy.values())) if len(busy) == 1 else f"{len(busy)} runs"
        told = f"{who} {'is' if len(busy) == 1 else 'are'} still {doing}"
        if doing == DOING[kind]:
            return told
        return f"{told}: {key_of(f'train.{kind}', self.netlab.settings.keys)} again in a moment"

    def _doing(self, row: Row) -> str:
        """What a run that trains is doing at a request, until it has: pausing, stopping."""
        if row.state != "running":
            return ""
        asked = self._asked.get(row.run)
        return ASKED[row.wanted] if row.wanted else DOING[asked] if asked else ""


def _fit(kind: Kind, rows: Sequence[Row]) -> list[Row]:
    """The rows of runs that can be asked so, each run once."""
    once = {row.run: row for row in rows}.values()
    return [row for row in once if row.state in FITS[kind] and row.wanted is None]


def _listed(rows: Sequence[Row], most: int = 12) -> str:
    lines = [f"{plain(row.study)} · {row.title}  ({row.state})" for row in rows[:most]]
    if len(rows) > most:
        lines.append(f"… and {len(rows) - most} more")
    return "\n".join(lines)
