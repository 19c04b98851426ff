"""Actions: the source of bindings, command palette, F1 help and docs/keys.md.

Every action has an id `scope.name`; the screen or app of that scope has a method `action_name`.
Keys can be remapped by id in the settings file. A binding has the id in place of a key, and the
app's keymap, which holds every action, gives it its keys. Why not its own key: Textual drops a
binding whose own key could be typed into the focused field before it looks at the keymap, so that
the action would be dead there whatever key the user gave it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.binding import ActiveBinding, Binding
from textual.keys import key_to_character
from textual.widget import Widget


@dataclass(frozen=True)
class Action:
    """One thing that the user can do."""

    id: str
    keys: str
    title: str
    help: str
    show: bool = False
    """Whether the footer shows it; few do."""

    @property
    def scope(self) -> str:
        """`app`, or the mode in which the action works."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The name of its method, without `action_`."""
        return self.id.partition(".")[2].replace("-", "_")

    def binding(self, target: str = "") -> Binding:
        """The action as a Textual binding; `target` (`app.`) is needed where another node binds it."""
        return Binding(
            self.id,
            f"{target}{self.name}",
            self.title,
            show=self.show and not target,
            id=self.id,
            tooltip=self.help,
        )


APP_ACTIONS: tuple[Action, ...] = (
    Action("app.compose", "1", "Compose", "Put a network together from blocks."),
    Action("app.ablate", "2", "Ablate", "Plan variants of the network and what to expect."),
    Action("app.train", "3", "Train", "Watch and steer the runs."),
    Action("app.compare", "4", "Compare", "See which differences are real."),
    Action("app.guides", "5", "Guides", "Go from a question, by a prediction, to a verdict."),
    Action("app.command-palette", "ctrl+p", "Commands", "Find any action by name.", show=True),
    Action("app.theme", "ctrl+t", "Theme", "Choose the colours, until the app is closed."),
    Action("app.help", "f1", "Help", "What the focused part is for, and its keys.", show=True),
    Action(
        "app.first-steps",
        "f2",
        "First steps",
        "Take a tour from a template to a comparison; once more ends it.",
    ),
    Action("app.quit", "ctrl+q", "Quit", "Leave; training may go on without the app.", show=True),
)

IN_DIALOGS = ("app.help", "app.quit")


def bindings(actions: Iterable[Action]) -> list[Binding]:
    """The bindings of a screen or of the app."""
    return [action.binding() for action in actions]


def dialog_bindings() -> list[Binding]:
    """The bindings that every dialog has."""
    return [action.binding("app.") for action in APP_ACTIONS if action.id in IN_DIALOGS]


def without_typed_keys(
    focused: Widget | None, active: Mapping[str, ActiveBinding]
) -> dict[str, ActiveBinding]:
    """The bindings of `active` whose keys `focused` does not take as text."""
    return {
        key: binding
        for key, binding in active.items()
        if focused is None
        or binding.node is focused
        or not focused.check_consume_key(key, key_to_character(key))
    }
