"""A command that supervises: `python fake_supervisor.py LAB STUDY [options of the fake worker]`.

It gets every run of the study done with fake workers and leaves with the outcome's exit code.
"""

from __future__ import annotations

import sys
from pathlib import Path

from lab_studies import fake

from netlab.lab.store import Lab
from netlab.lab.supervisor import supervise

if __name__ == "__main__":
    with Lab.open(Path(sys.argv[1])) as lab:
        outcome = supervise(lab, lab.entries(sys.argv[2]), command=fake(*sys.argv[3:]), tick=0.02)
    sys.exit(outcome.exit_code)
