"""The app as a person starts it, in a pseudo-terminal, on a lab with one finished study."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from pseudo_terminal import Terminal
from tui_compare import make

COMMAND = (sys.executable, "-P", "-m", "netlab")
MODES = {"Compose": "1", "Ablate": "2", "Train": "3", "Compare": "4", "Guides": "5"}
"""The screens, and the keys that open them."""


def prepare(folder: Path, recipe: Path | None = None) -> None:
    """Put a lab with twenty finished runs, and `recipe` as measured.yaml, into `folder`."""
    make(folder / "lab.db", runs=20, per_study=20)
    if recipe is not None:
        shutil.copyfile(recipe, folder / "measured.yaml")


def app(folder: Path, size: tuple[int, int] = (120, 36)) -> Terminal:
    """The app, started in `folder`; all its files stay there."""
    return Terminal(COMMAND, size=size, env=environment(folder), cwd=folder)


def environment(folder: Path) -> dict[str, str]:
    """The environment for the app: all its files go to `folder`."""
    places = ("HOME", "NETLAB_STATE", "NETLAB_CACHE", "NETLAB_CONFIG")
    return {"NETLAB_DB": "lab.db", **{name: str(folder / name.lower()) for name in places}}


def painted(screen: str) -> bool:
    """Whether the first frame is complete: header, rows, form, totals and footer."""
    return all(part in screen for part in ("netlab ", "classifier", "channels", "Cost", "Commands"))


def load() -> str:
    """How busy the machine is: the load average of the last minute."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
