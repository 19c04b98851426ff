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
from netlab.lab.db.register_study import series_hash
from netlab.lab.records import TimingRound
from netlab.lab.scheduler.launch import child_environment, python_command
from netlab.lab.scheduler.supervisor_lock import POLL_INTERVAL_S, SupervisorLock
from netlab.lab.scheduler.workers import WorkerPool
from netlab.lab.store import Lab
from netlab.recipe.run_spec import RunSpec
from netlab.suggest import suggest

OnRound = Callable[[str, TimingRound], None]
"""Told each network's name with each of its rounds."""

log = logging.getLogger(__name__)


class TimingError(LabError):
    """One network could not be timed: it does not fit into memory, or its device is not there."""


def timing_command() -> list[str]:
    """The command line of the process that times one network."""
    return python_command("netlab.training.timing_worker")


@contextlib.contextmanager
def exclusive_timing(
    lab: Lab, *, wait: bool = False, poll_interval: float = POLL_INTERVAL_S
) -> Iterator[None]:
    """Keep workers and other timers of this lab away within the body.

    Where one is at work, waits for its end or raises `LabError`, as `wait` says.
    """
    crew = WorkerPool(lab, jobs=0)
    told = False
    with SupervisorLock(lab) as lead:
        while not lead.try_acquire(crew) or crew.workers:
            if not wait:
                stop = suggest("runs", "stop", "--all", lab=lab.path)
                raise LabError(
                    "a training or another timing of this lab is at work, which would falsify "
                    f"the times: `--wait` waits for its end, {stop} stops runs"
                )
            if not told:
                log.warning("waiting until nothing of this lab is at work")
                told = True
            time.sleep(poll_interval)
            if crew.workers:
                crew.step(starting=False)
        yield


def time_networks(
    lab: Lab,
    networks: Mapping[str, RunSpec],
    *,
    rounds: int,
    device: str = "auto",
    on_round: OnRound = lambda _name, _timing: None,
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
        names.setdefault(series_hash(spec), []).append(name)
        specs.setdefault(series_hash(spec), spec)
    failed: dict[str, str] = {}
    for number in range(1, rounds + 1):
        for series in list(specs)[:: 1 if number % 2 else -1]:
            try:
                answer = time_once(specs[series], device)
            except TimingError as fault:
                failed |= dict.fromkeys(names[series], str(fault))
                del specs[series]
                continue
            timing = _to_timing(session, series, number, answer)
            lab.timings.add(timing)
            for name in names[series]:
                on_round(name, timing)
    return failed


def time_once(spec: RunSpec, device: str) -> dict[str, Any]:
    """What a fresh process says of one network: `measures` and `hardware`.

    Raises `TimingError`.
    """
    job = {"spec": spec.model_dump(mode="json"), "device": device}
    load = _CpuLoad()
    child = subprocess.Popen(
        timing_command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=child_environment(),
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
    answer["hardware"]["others"] = round(load.other_processes(), 3)
    return answer


def _to_timing(session: str, series: str, number: int, answer: dict[str, Any]) -> TimingRound:
    figures = answer["measures"]
    return TimingRound(
        session=session,
        series=series,
        round=number,
        measures={name: figure["median"] for name, figure in figures.items()},
        blocks={name: tuple(figure["blocks"]) for name, figure in figures.items()},
        hardware=answer["hardware"],
        at=time.time(),
    )


class _CpuLoad:
    """What other processes of the machine do from now on."""

    def __init__(self) -> None:
        self._all, self._busy, self._own = self._now()

    def other_processes(self) -> float:
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
