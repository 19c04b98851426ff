"""The data that a network learns, as a recipe names it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from netlab.blocks.types import StrictModel

FOLDER = "folder"


class Data(StrictModel):
    """A named data set, or a folder of images.

    In a recipe `data: cifar10` is short for `data: {name: cifar10}`, and `data: folder:PATH` for
    `data: {name: folder, path: PATH}`. A folder holds `train/CLASS/*` and `test/CLASS/*`, or
    `CLASS/*` alone, of which `test` is then drawn by `split_seed`.
    """

    name: str = Field("fashion-mini", description="netlab data lists them; or folder")
    path: str | None = Field(None, description="the folder of images")
    test: Annotated[float, Field(strict=True, gt=0, lt=1)] = Field(
        0.2, description="share of the images to test on, where a folder has no test/"
    )
    split_seed: Annotated[int, Field(strict=True, ge=0)] = Field(0, description="draws that share")
    fingerprint: str | None = Field(
        None, description="filled in by netlab: which files a folder held when the run was planned"
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str):
            name, _, path = value.partition(":")
            return {"name": name, "path": path} if path else {"name": name}
        return value

    @model_validator(mode="after")
    def _folder_has_path(self) -> Self:
        if (self.name == FOLDER) != (self.path is not None):
            raise ValueError(
                "a folder of images needs its path: 'data: folder:PATH'"
                if self.name == FOLDER
                else f"only 'folder' takes a path, not '{self.name}'"
            )
        return self

    @property
    def label(self) -> str:
        """As tables and messages show it: the name, or the folder's last part."""
        return f"folder:{Path(self.path).name}" if self.path else self.name

    def identity(self) -> dict[str, Any]:
        """What decides which images there are: a folder's contents, not where it lies."""
        if self.path is None:
            return {"name": self.name}
        return self.model_dump(mode="json", exclude={"path"})
