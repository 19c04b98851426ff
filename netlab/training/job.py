"""What a worker is told to do: run.json."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from netlab.errors import NetlabError
from netlab.events import RUN_FILE
from netlab.recipe.run_spec import RunSpec


class JobError(NetlabError):
    """A run folder that does not tell what to train."""


class Job(BaseModel):
    """One run to train: `device` as `training.device.choose` takes it; threads of the CPU.

    `jobs` is how many runs may train at once, this one among them: for the record, as they get
    into each other's way.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

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
        place = ".".join(map(str, first["loc"]))
        raise JobError(": ".join(filter(None, (str(path), place, first["msg"])))) from error
