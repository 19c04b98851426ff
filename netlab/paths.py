"""Where netlab looks for what it needs and keeps what it makes."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def shipped_recipes() -> Path:
    """The folder of recipes that come with netlab: in the wheel, or beside the package."""
    shipped = PACKAGE / "assets" / "recipes"
    return shipped if shipped.is_dir() else PACKAGE.parent / "recipes"


def is_shipped_recipe(file: Path) -> bool:
    """Whether `file` is one of netlab's own recipes, networks or protocols."""
    return file.resolve().is_relative_to(shipped_recipes().resolve())


def cache_folder() -> Path:
    """Where data sets are kept: `NETLAB_CACHE`, or the platform's cache folder for netlab."""
    named = os.environ.get("NETLAB_CACHE")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("netlab")


def state_folder() -> Path:
    """Where the app keeps what is not saved yet: `NETLAB_STATE`, or the platform's state folder."""
    named = os.environ.get("NETLAB_STATE")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_state_path

    return user_state_path("netlab")


def default_lab() -> Path:
    """The lab file: `NETLAB_DB`, or `lab.db` in the working directory."""
    return Path(os.environ.get("NETLAB_DB") or "lab.db")
