"""Actions: the source of bindings, command palette, F1 help and docs/keys.md.

Every action has an id `scope.name`; the screen or app of that scope has a method `action_name`.
Keys can be remapped by id in the settings file. A binding has the id of the action as its key, and
the app's keymap maps the id to the real keys. A real key in the binding would not work: before
Textual applies the keymap, it drops a binding whose key can be typed into the focused field. The
action would then be disabled in that field, even if the user gave it another key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.binding import ActiveBinding, Binding
from textual.keys import key_to_character
from textual.widget import Widget


@dataclass(frozen=True)
class Action:
    """A command that the user can give."""

    id: str
    keys: str
    title: str
    help: str
    show: bool = False
    """Whether the footer shows the action."""

    @property
    def scope(self) -> str:
        """`app`, or the mode in which the action works."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The name of its method, without `action_`."""
        return self.id.partition(".")[2].replace("-", "_")

    def binding(self, target: str = "") -> Binding:
        """The action as a Textual binding; `target="app."` binds an app action in another node."""
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
    """The bindings for `actions`, for a screen or the app."""
    return [action.binding() for action in actions]


def dialog_bindings() -> list[Binding]:
    """The bindings that every dialog has."""
    return [action.binding("app.") for action in APP_ACTIONS if action.id in IN_DIALOGS]


def without_typed_keys(
    focused: Widget | None, active: Mapping[str, ActiveBinding]
) -> dict[str, ActiveBinding]:
    """The bindings of `active` without those whose key `focused` takes as text."""
    return {
        key: binding
        for key, binding in active.items()
        if focused is None
        or binding.node is focused
        or not focused.check_consume_key(key, key_to_character(key))
    }
