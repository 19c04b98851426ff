"""The process that times one network: `python -m netlab.training.timing_worker`.

It reads a job as JSON from stdin, `{"spec": …, "device": "auto", "threads": null}`, and writes
its answer as one line of JSON to stdout: `measures` (each with its `median` and `blocks`) and
`hardware`. It exits with 0, with 1 if the network could not be timed (the last line of stderr
says why), or with 2 for an invalid job.
"""

from __future__ import annotations

import json
import sys
import traceback
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field, ValidationError

from netlab.blocks.types import StrictModel
from netlab.recipe.run_spec import RunSpec


class TimingJob(StrictModel):
    """What to time. `device` is what `choose_device` takes; `threads` are CPU threads."""

    spec: RunSpec
    device: str = "auto"
    threads: Annotated[int, Field(strict=True, ge=1)] | None = None


def main() -> int:
    """Time the job on stdin; returns the exit code."""
    try:
        job = TimingJob.model_validate_json(sys.stdin.read())
    except ValidationError as error:
        print(f"invalid timing job: {error.errors()[0]['msg']}", file=sys.stderr)
        return 2
    from netlab.training.failures import explain_failure

    try:
        answer = run_timing_job(job)
    except Exception as error:  # noqa: BLE001 - every error goes to the caller
        failure = explain_failure(error)
        if failure.unexpected:
            traceback.print_exception(error)
        print(failure.message, file=sys.stderr)
        return 1
    print(json.dumps(answer), flush=True)
    return 0


def run_timing_job(job: TimingJob) -> dict[str, Any]:
    """The figures of a job, and the hardware and settings they were measured with."""
    import torch

    from netlab.training.memory import MemoryMeter
    from netlab.training.session import prepare_process, versions
    from netlab.training.timing import measure_speed

    device = prepare_process(job.device, job.threads)
    meter = MemoryMeter(device)
    figures = measure_speed(job.spec, device, meter)
    protocol = job.spec.protocol
    return {
        "measures": {name: asdict(figure) for name, figure in figures.items()},
        "hardware": {
            "device": str(device.torch_device),
            "device_name": device.name,
            "precision": device.precision(protocol.precision),
            "layout": protocol.layout,
            "compiled": protocol.compile,
            "batch_size": protocol.batch_size,
            "threads": torch.get_num_threads(),
            "versions": versions(),
            "memory_kind": meter.kind,
        },
    }


if __name__ == "__main__":
    sys.exit(main())
