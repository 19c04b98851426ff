"""Every action of the app by where it works, and the page of keys that is made from them.

`python -m tui.config.keys` prints docs/keys.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from tui.ablate.actions import ACTIONS as ABLATE
from tui.compare.actions import ACTIONS as COMPARE
from tui.compose.actions import ACTIONS as COMPOSE
from tui.config.actions import APP_ACTIONS, Action
from tui.guide.actions import ACTIONS as GUIDES
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

KEY_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "delete": "Del",
    "backspace": "Backspace",
    "plus": "+",
    "minus": "-",
    "comma": ",",
    "full_stop": ".",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "equals_sign": "=",
    "asterisk": "*",
    "underscore": "_",
    "colon": ":",
    "semicolon": ";",
    "number_sign": "#",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
"""How keys are written for people where that is not how Textual calls them."""

_HEAD = """\
# Keys

Every key of the app, as it is before any is changed. The command palette (Ctrl+P) finds all of
these by name; F1 tells those of the part that has the focus. [Settings](settings.md) says how to
give an action other keys, by the name in the last column.

In lists and tables the arrows and `h` `j` `k` `l` move, `g` and `G` go to the first and last row.
"""


def all_actions() -> dict[str, Action]:
    """Every action by its id."""
    return {action.id: action for actions in SCOPES.values() for action in actions}


def keymap(remapped: Mapping[str, str]) -> dict[str, str]:
    """The keys of every action: those that a person gave it, or else its own."""
    return {action.id: remapped.get(action.id, action.keys) for action in all_actions().values()}


def format_keys(keys: str) -> str:
    """Keys as people write them: `Ctrl+P`, `/`, `G or Shift+G`."""
    return " or ".join(_format_key(key.strip()) for key in keys.split(","))


def keys_page() -> str:
    """docs/keys.md."""
    parts = [_HEAD]
    for scope, actions in SCOPES.items():
        if not actions:
            continue
        title = "Everywhere" if scope == "app" else scope.capitalize()
        lines = [f"## {title}", "", "| Key | Action | What it does | Name |", "| - | - | - | - |"]
        lines += [
            f"| {_escape_cell(format_keys(one.keys))} | {one.title} | {_escape_cell(one.help)} | `{one.id}` |"
            for one in actions
        ]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _format_key(key: str) -> str:
    *modifiers, last = key.split("+")
    if last in KEY_NAMES:
        name = KEY_NAMES[last]
    elif len(last) == 1:
        name = last.upper() if modifiers else last
    else:
        name = last.capitalize()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])


def _escape_cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(keys_page(), end="")
