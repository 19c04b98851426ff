"""The files and folders that netlab reads and writes by default."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def shipped_recipes() -> Path:
    """The folder of recipes that come with netlab: in the wheel, or next to the package."""
    shipped = PACKAGE / "assets" / "recipes"
    return shipped if shipped.is_dir() else PACKAGE.parent / "recipes"


def is_shipped_recipe(file: Path) -> bool:
    """Whether `file` is one of netlab's own recipes, networks or protocols."""
    return file.resolve().is_relative_to(shipped_recipes().resolve())


def cache_folder() -> Path:
    """The folder of data sets: `NETLAB_CACHE`, or the platform's cache folder for netlab."""
    return _platform_folder("NETLAB_CACHE", "user_cache_path")


def state_folder() -> Path:
    """The folder of unsaved work: `NETLAB_STATE`, or the platform's state folder for netlab."""
    return _platform_folder("NETLAB_STATE", "user_state_path")


def _platform_folder(variable: str, function: str) -> Path:
    named = os.environ.get(variable)
    if named:
        return Path(named).expanduser()
    import platformdirs

    return Path(getattr(platformdirs, function)("netlab"))


def default_lab() -> Path:
    """The lab file: `NETLAB_DB`, or `lab.db` in the working directory."""
    return Path(os.environ.get("NETLAB_DB") or "lab.db")
