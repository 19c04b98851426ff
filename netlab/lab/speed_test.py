"""Timing networks: each round starts a fresh process for each network, one after another.

The supervisor's lock is held during this, so that no worker starts and nothing else is timed.
Every second round runs in reverse order, so that a drift (such as heat) affects all equally.
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
from netlab.lab.db.timings import split_measures
from netlab.lab.records import TimingRound
from netlab.lab.scheduler.start_worker import child_environment, python_command
from netlab.lab.scheduler.supervisor_lock import POLL_INTERVAL_S, SupervisorLock
from netlab.lab.scheduler.workers import WorkerPool
from netlab.lab.store import Lab
from netlab.recipe.run_spec import RunSpec
from netlab.suggest import suggest

OnRound = Callable[[str, TimingRound], None]
"""Called after each round of a network, with its name and the round."""

log = logging.getLogger(__name__)


class TimingError(LabError):
    """A network could not be timed, for example because it does not fit into memory."""


def timing_command() -> list[str]:
    """The command line of the process that times one network."""
    return python_command("netlab.training.timing_worker")


@contextlib.contextmanager
def exclusive_timing(
    lab: Lab, *, wait: bool = False, poll_interval: float = POLL_INTERVAL_S
) -> Iterator[None]:
    """Within the body, no worker of this lab is started and nothing else is timed.

    If a run or a timing is already at work, wait for its end (`wait`) or raise `LabError`.
    """
    workers = WorkerPool(lab, jobs=0)
    warned = False
    with SupervisorLock(lab) as lock:
        while not lock.try_acquire(workers) or workers.workers:
            if not wait:
                stop = suggest("runs", "stop", "--all", lab=lab.path)
                raise LabError(
                    "a run of this lab trains, or is timed by another command, which would falsify "
                    f"the times: `--wait` waits for its end, {stop} stops runs"
                )
            if not warned:
                log.warning("waiting until no run of this lab trains and none is timed")
                warned = True
            time.sleep(poll_interval)
            if workers.workers:
                workers.step(starting=False)
        yield


def time_networks(
    lab: Lab,
    networks: Mapping[str, RunSpec],
    *,
    rounds: int,
    device: str = "auto",
    on_round: OnRound = lambda _name, _timing: None,
) -> dict[str, str]:
    """Time each of `networks` in each round, and store every round when it is measured.

    Call it within `exclusive_timing`. A network that fails is left out of later rounds; the
    result gives the error message by name. Equal networks are timed once and reported under each
    of their names. Ctrl-C keeps the rounds that are stored already.
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
            except TimingError as error:
                failed |= dict.fromkeys(names[series], str(error))
                del specs[series]
                continue
            timing = _to_timing(session, series, number, answer)
            lab.timings.add(timing)
            for name in names[series]:
                on_round(name, timing)
    return failed


def time_once(spec: RunSpec, device: str) -> dict[str, Any]:
    """Time one network in a fresh process; the `measures` and `hardware` that it reports.

    Raises `TimingError` if the process fails.
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
    if child.returncode:
        lines = [line for line in err.splitlines() if line.strip()]
        raise TimingError(lines[-1] if lines else f"its process ended with code {child.returncode}")
    answer: dict[str, Any] = json.loads(out.splitlines()[-1])
    answer["hardware"]["others"] = round(load.other_processes(), 3)
    return answer


def _to_timing(session: str, series: str, number: int, answer: dict[str, Any]) -> TimingRound:
    return TimingRound(
        session=session,
        series=series,
        round=number,
        **split_measures(answer["measures"]),
        hardware=answer["hardware"],
        at=time.time(),
    )


class _CpuLoad:
    """Measures the CPU time that processes use, without the children of this process."""

    def __init__(self) -> None:
        self._all, self._busy, self._own = self._now()

    def other_processes(self) -> float:
        """Their share of the CPU time since this object was made, from 0 to 1."""
        total, busy, own = self._now()
        spent = busy - self._busy - (own - self._own)
        return min(1.0, max(0.0, spent / max(total - self._all, 1e-9)))

    @staticmethod
    def _now() -> tuple[float, float, float]:
        import psutil

        times = psutil.cpu_times()
        # Linux includes guest time in user time; waiting for a disk counts as idle.
        total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
        idle = times.idle + getattr(times, "iowait", 0.0)
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return total, total - idle, usage.ru_utime + usage.ru_stime
