"""What has become of runs whose supervisor or worker is gone: seen, not written."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from netlab.lab.process_id import find_live_worker
from netlab.lab.scheduler.exit_status import state_after_exit
from netlab.lab.store import Lab
from tui.lab.run_rows import Group

EVERY = 1.0
"""Seconds between two looks at the processes."""

GRACE = 10.0
"""Seconds that a queue may be without an owner after it has grown: a command that has just entered
runs, or asked for them again, is about to start its supervisor."""


class Truth:
    """Knows which processes of a lab are alive, from a look once a second.

    While any supervisor is alive, the lab is right or soon will be; else runs without a worker
    are interrupted, and so is what waits.
    """

    def __init__(self) -> None:
        self._looked: float | None = None
        self._alone: float | None = None
        """Since when no supervisor is there and the queue has not grown, on the monotonic clock."""
        self._waiting: Mapping[int, int] = {}
        """How many runs waited at the last look, by study and condition."""
        self._gone: dict[str, str | None] = {}
        """Runs whose worker is gone, and which worker that was."""
        self.abandoned = False
        """Whether nobody is there to start what waits."""

    def look(
        self, lab: Lab, running: Mapping[str, Mapping[str, Any]], groups: Iterable[Group]
    ) -> None:
        """Look at the processes, if the last look is a while ago."""
        now = time.monotonic()
        first = self._looked is None
        if self._looked is not None and now - self._looked < EVERY:
            return
        self._looked = now
        before, self._waiting = self._waiting, {g.plan: g.counts["queued"] for g in groups}
        if lab.queue.live_requesters():
            self._alone, self.abandoned = None, False
            self._gone.clear()
            return
        grown = any(count > before.get(plan, 0) for plan, count in self._waiting.items())
        if first:
            old = all(time.time() - g.entered > GRACE for g in groups if g.counts["queued"])
            self._alone = now - GRACE if old else now
        elif self._alone is None or grown:
            self._alone = now
        self.abandoned = now - self._alone >= GRACE
        for run, facts in running.items():
            self._look_for_worker(lab, run, facts["worker"])
        self._gone = {run: worker for run, worker in self._gone.items() if run in running}

    def lacks_worker(self, run: str) -> bool:
        """Whether nobody works on a run that the lab calls running."""
        return run in self._gone

    def end_of(self, lab: Lab, run: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        """What the end of its worker makes of a run, as far as the worker did not tell itself."""
        if facts["state"] != "running":
            return {}
        known = replace(lab.runs.get(run), epoch=facts["epoch"], epochs=facts["epochs"])
        return state_after_exit(known, None, lab.run_folder(run))

    def _look_for_worker(self, lab: Lab, run: str, written: str | None) -> None:
        # Looking through all processes takes long: who is once gone stays gone.
        if run in self._gone and self._gone[run] == written:
            return
        self._gone.pop(run, None)
        if find_live_worker(written, lab.run_folder(run)) is None:
            self._gone[run] = written
