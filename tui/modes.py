"""The modes of the app: each screen is loaded when it is first opened, or in a quiet moment before.

The first frame needs Compose alone; the others would make the start half as long again.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.shell.mode_screen import ModeScreen

SCREENS = {
    "compose": "tui.compose.screen:ComposeScreen",
    "ablate": "tui.ablate.screen:AblateScreen",
    "train": "tui.train.screen:TrainScreen",
    "compare": "tui.compare.screen:CompareScreen",
    "guides": "tui.guide.screen:GuidesScreen",
}
"""Where the screen of each mode is."""


def screen_factory(mode: str) -> Callable[[], ModeScreen]:
    """Makes the screen of `mode`, loading it first where that has not been done."""

    def make() -> ModeScreen:
        return load_screen(mode)()

    return make


def load_screen(mode: str) -> type[ModeScreen]:
    """The screen of `mode`."""
    module, name = SCREENS[mode].split(":")
    screen: type[ModeScreen] = getattr(importlib.import_module(module), name)
    return screen


def preload_screens() -> None:
    """Load every mode: opening one then takes no longer the first time than later. In a thread."""
    for mode in SCREENS:
        load_screen(mode)
