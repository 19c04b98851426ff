"""The modes of the app: their actions, and their screens.

The first frame needs only Compose, and importing the other screens would make the start 50 %
longer. They are imported in a thread after the first frame, or when they are first opened.

`python -m tui.modes` prints docs/keys.md.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable

from tui.ablate.actions import ACTIONS as ABLATE
from tui.compare.actions import ACTIONS as COMPARE
from tui.compose.actions import ACTIONS as COMPOSE
from tui.config.actions import APP_ACTIONS, Action
from tui.config.key_names import keys_page
from tui.guide.actions import ACTIONS as GUIDES
from tui.shell.mode_screen import ModeScreen
from tui.train.actions import ACTIONS as TRAIN

SCOPES: dict[str, tuple[Action, ...]] = {
    "app": APP_ACTIONS,
    "compose": COMPOSE,
    "ablate": ABLATE,
    "train": TRAIN,
    "compare": COMPARE,
    "guides": GUIDES,
}
"""The actions that work everywhere, then those of each mode."""

SCREENS = {
    "compose": "tui.compose.screen:ComposeScreen",
    "ablate": "tui.ablate.screen:AblateScreen",
    "train": "tui.train.screen:TrainScreen",
    "compare": "tui.compare.screen:CompareScreen",
    "guides": "tui.guide.screen:GuidesScreen",
}


def all_actions() -> dict[str, Action]:
    """Every action by its id."""
    return {action.id: action for actions in SCOPES.values() for action in actions}


def screen_factory(mode: str) -> Callable[[], ModeScreen]:
    """A function that makes the screen of `mode`; it imports the screen class if needed."""

    def make() -> ModeScreen:
        return load_screen(mode)()

    return make


def load_screen(mode: str) -> type[ModeScreen]:
    """Import the screen class of `mode`."""
    module, name = SCREENS[mode].split(":")
    screen: type[ModeScreen] = getattr(importlib.import_module(module), name)
    return screen


def preload_screens() -> None:
    """Import every screen, so that a mode opens fast the first time too. Call it in a thread."""
    for mode in SCREENS:
        load_screen(mode)


if __name__ == "__main__":
    print(keys_page(SCOPES), end="")
