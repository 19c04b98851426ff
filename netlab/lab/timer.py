"""Timing networks: a fresh process for each of them in each round, and nothing else beside it.

The timer holds the right to supervise the lab meanwhile, so that no worker is started, and no
other timer. Rounds take the networks in turn, every other one backwards: what drifts, such as
the heat of the machine, then meets all alike.
"""

from __future__ import annotations

import contextlib
import json
import logging
import resource
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

from netlab.errors import LabError
from netlab.lab.crew import Crew
from netlab.lab.entering import series_of
from netlab.lab.launch import environment, python
from netlab.lab.lead import TICK, Lead
from netlab.lab.records import Timing
from netlab.lab.store import Lab
from netlab.recipe.spec import RunSpec

Listener = Callable[[str, Timing], None]
"""Told each network's name with each of its rounds."""

log = logging.getLogger(__name__)


class TimingError(LabError):
    """One network could not be timed: it does not fit into memory, or its device is not there."""


def timing_command() -> list[str]:
    """The command line of the process that times one network."""
    return python("netlab.training.timing_worker")


@contextlib.contextmanager
def exclusive(lab: Lab, *, wait: bool = False, tick: float = TICK) -> Iterator[None]:
    """Keep workers and other timers of this lab away within the body.

    Where one is at work, waits for its end or raises `LabError`, as `wait` says.
    """
    crew = Crew(lab, jobs=0)
    told = False
    with Lead(lab) as lead:
        while not lead.taken(crew) or crew.workers:
            if not wait:
                raise LabError(
                    "a training or another timing of this lab is at work, which would falsify "
                    "the times: `--wait` waits for its end, `netlab runs stop` ends it"
                )
            if not told:
                log.warning("waiting until nothing of this lab is at work")
                told = True
            time.sleep(tick)
            if crew.workers:
                crew.tick(starting=False)
        yield


def time_networks(
    lab: Lab,
    networks: Mapping[str, RunSpec],
    *,
    rounds: int,
    device: str = "auto",
    listener: Listener = lambda _name, _timing: None,
) -> dict[str, str]:
    """Time each of `networks` in each round, and keep every round in the lab as it is taken.

    Call it within `exclusive`. One that fails is left out from then on; the result says why, by
    name. Networks that are the same are timed once and told under each of their names. Whatever
    interrupts it ends the process at work first; the rounds that are done stay.
    """
    session = uuid4().hex[:12]
    names: dict[str, list[str]] = {}
    specs: dict[str, RunSpec] = {}
    for name, spec in networks.items():
        names.setdefault(series_of(spec), []).append(name)
        specs.setdefault(series_of(spec), spec)
    failed: dict[str, str] = {}
    for number in range(1, rounds + 1):
        for series in list(specs)[:: 1 if number % 2 else -1]:
            try:
                answer = time_once(specs[series], device)
            except TimingError as fault:
                failed |= dict.fromkeys(names[series], str(fault))
                del specs[series]
                continue
            timing = _timing(session, series, number, answer)
            lab.add_timing(timing)
            for name in names[series]:
                listener(name, timing)
    return failed


def time_once(spec: RunSpec, device: str) -> dict[str, Any]:
    """What a fresh process says of one network: `measures` and `hardware`.

    Raises `TimingError`.
    """
    job = {"spec": spec.model_dump(mode="json"), "device": device}
    load = _Load()
    child = subprocess.Popen(
        timing_command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=environment(),
    )
    try:
        out, err = child.communicate(json.dumps(job))
    except BaseException:
        child.kill()
        child.communicate()
        raise
    said = [line for line in err.splitlines() if line.strip()]
    if child.returncode:
        why = said[-1] if said else f"its process ended with code {child.returncode}"
        raise TimingError(why)
    answer: dict[str, Any] = json.loads(out.splitlines()[-1])
    answer["hardware"]["others"] = round(load.others(), 3)
    return answer


def _timing(session: str, series: str, number: int, answer: dict[str, Any]) -> Timing:
    figures = answer["measures"]
    return Timing(
        session=session,
        series=series,
        round=number,
        measures={name: figure["median"] for name, figure in figures.items()},
        blocks={name: tuple(figure["blocks"]) for name, figure in figures.items()},
        hardware=answer["hardware"],
        at=time.time(),
    )


class _Load:
    """What other processes of the machine do from now on."""

    def __init__(self) -> None:
        self._all, self._busy, self._own = self._now()

    def others(self) -> float:
        """Their share of the CPU time since then, 0 to 1; of this process's children, none."""
        total, busy, own = self._now()
        spent = busy - self._busy - (own - self._own)
        return min(1.0, max(0.0, spent / max(total - self._all, 1e-9)))

    @staticmethod
    def _now() -> tuple[float, float, float]:
        import psutil

        times = psutil.cpu_times()
        # Linux counts guests within user time, and waiting for a disk is idling.
        total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
        idle = times.idle + getattr(times, "iowait", 0.0)
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return total, total - idle, usage.ru_utime + usage.ru_stime
