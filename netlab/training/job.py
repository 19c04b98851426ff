"""The job of a worker: run.json."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from netlab.blocks.types import StrictModel
from netlab.errors import NetlabError
from netlab.events import RUN_FILE
from netlab.recipe.run_spec import RunSpec


class JobError(NetlabError):
    """A run folder without a valid job."""


class Job(StrictModel):
    """One run to train. `device` is what `choose_device` takes; `threads` are CPU threads.

    `jobs` is how many runs may train at the same time, including this one. It is recorded because
    such runs slow each other down.
    """

    run: str
    spec: RunSpec
    device: str = "auto"
    threads: Annotated[int, Field(strict=True, ge=1)] | None = None
    jobs: Annotated[int, Field(strict=True, ge=1)] = 1


def read_job(folder: Path) -> Job:
    """The job in a run's folder. Raises `JobError`."""
    path = folder / RUN_FILE
    try:
        return Job.model_validate_json(path.read_bytes())
    except OSError as error:
        raise JobError(f"{path} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise JobError(": ".join(filter(None, (str(path), field, first["msg"])))) from error
