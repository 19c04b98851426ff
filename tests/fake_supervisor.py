"""A command that supervises: `python fake_supervisor.py LAB STUDY [options of the fake worker]`.

It gets every run of the study done with fake workers and leaves with the outcome's exit code.
"""

from __future__ import annotations

import sys
from pathlib import Path

from lab_studies import fake_worker

from netlab.lab.scheduler.supervisor import supervise
from netlab.lab.store import Lab

if __name__ == "__main__":
    with Lab.open(Path(sys.argv[1])) as lab:
        outcome = supervise(
            lab,
            lab.runs.entries(sys.argv[2]),
            command=fake_worker(*sys.argv[3:]),
            poll_interval=0.02,
        )
    sys.exit(outcome.exit_code)
