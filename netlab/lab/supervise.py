"""`python -m netlab.lab.supervise LAB RUN…`: get runs done in the background."""

from __future__ import annotations

import argparse
import logging
import sys
from datetime import datetime
from pathlib import Path

from netlab.errors import NetlabError
from netlab.lab.narrate import Narrator
from netlab.lab.store import Lab
from netlab.lab.supervisor import supervise


def main(words: list[str] | None = None) -> int:
    """Supervise until the runs are settled; the exit code of their outcome, 2 for bad input."""
    parser = argparse.ArgumentParser(prog="netlab.lab.supervise", description=__doc__)
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
                lab.entries_of(args.runs),
                device=args.device,
                jobs=args.jobs,
                listener=Narrator(_say),
            )
    except NetlabError as fault:
        _say(f"netlab: error: {fault}")
        return 2
    return outcome.exit_code


def _say(line: str) -> None:
    now = datetime.now().astimezone()
    sys.stdout.write(f"{now:%Y-%m-%d %H:%M:%S} {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
