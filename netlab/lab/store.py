"""The lab: an SQLite file of studies and runs, and next to it a folder for each run."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from netlab.lab.db.lab_file import LabFile
from netlab.lab.db.predictions import Predictions
from netlab.lab.db.run_queue import RunQueue
from netlab.lab.db.runs import Runs
from netlab.lab.db.studies import Studies
from netlab.lab.db.timings import Timings


class Lab(LabFile):
    """An open lab. Each query is one short transaction and raises `LabError` if that fails."""

    def __init__(self, path: Path, conn: sqlite3.Connection, *, readonly: bool) -> None:
        super().__init__(path, conn, readonly=readonly)
        self.studies = Studies(self)
        self.runs = Runs(self)
        self.queue = RunQueue(self)
        self.predictions = Predictions(self)
        self.timings = Timings(self)
