"""`python -m netlab.lab.scheduler LAB RUN…`: get runs done in the background."""

from __future__ import annotations

import argparse
import logging
import sys
from datetime import datetime
from pathlib import Path

from netlab.errors import NetlabError
from netlab.lab.scheduler.progress_log import ProgressLogger
from netlab.lab.scheduler.supervisor import supervise
from netlab.lab.store import Lab


def main(words: list[str] | None = None) -> int:
    """Supervise until the runs have ended; the outcome's exit code, or 2 for a `NetlabError`."""
    parser = argparse.ArgumentParser(prog="netlab.lab.scheduler", description=__doc__)
    parser.add_argument("lab", type=Path)
    parser.add_argument("runs", nargs="+", metavar="RUN")
    parser.add_argument("--device")
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args(words)
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%Y-%m-%d %H:%M:%S")
    try:
        with Lab.open(args.lab) as lab:
            outcome = supervise(
                lab,
                lab.runs.entries_for(args.runs),
                device=args.device,
                jobs=args.jobs,
                on_change=ProgressLogger(_print),
            )
    except NetlabError as error:
        _print(f"netlab: error: {error}")
        return 2
    return outcome.exit_code


def _print(line: str) -> None:
    now = datetime.now().astimezone()
    sys.stdout.write(f"{now:%Y-%m-%d %H:%M:%S} {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
