"""The one table of actions: bindings, command palette, F1 help and the README's key list.

Every action has an id `scope.name`; the screen or app of that scope has a method `action_name`.
Keys can be remapped by id in the settings file.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True)
class Action:
    """One thing that a person can do: where, by which keys, and what it is called."""

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
        """The method: `action_` and this."""
        return self.id.partition(".")[2].replace("-", "_")

    def binding(self) -> Binding:
        """The action as a Textual binding, remappable by its id."""
        return Binding(
            self.keys, self.name, self.title, show=self.show, id=self.id, tooltip=self.help
        )


APP: tuple[Action, ...] = (
    Action("app.compose", "1", "Compose", "Put a network together from blocks."),
    Action("app.ablate", "2", "Ablate", "Plan variants of the network and what to expect."),
    Action("app.train", "3", "Train", "Watch and steer the runs."),
    Action("app.compare", "4", "Compare", "See which differences are real."),
    Action("app.command-palette", "ctrl+p", "Commands", "Find any action by name.", show=True),
    Action("app.theme", "ctrl+t", "Theme", "Choose the colours, until the app is left."),
    Action("app.help", "f1", "Help", "What the focused part is for, and its keys.", show=True),
    Action(
        "app.first-steps",
        "f2",
        "First steps",
        "Start from a template, and be led to a comparison; again ends that.",
    ),
    Action("app.quit", "ctrl+q", "Quit", "Leave; training may go on without the app.", show=True),
)
"""What works everywhere."""


def bindings(actions: tuple[Action, ...]) -> list[Binding]:
    """The bindings of a screen or of the app."""
    return [action.binding() for action in actions]
