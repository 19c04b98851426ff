"""Keys formatted for display, and the page of keys in the docs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tui.config.actions import Action

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
"""Textual's name of a key → the name to display, if they differ."""

_HEAD = """\
# Keys

Every key of the app, before any is changed. The command palette (Ctrl+P) finds all of these by
name; F1 lists those of the focused part. [Settings](settings.md) says how to
give an action other keys, by the name in the last column.

In lists and tables the arrows and `h` `j` `k` `l` move, `g` and `G` go to the first and last row.
"""


def keymap(actions: Iterable[Action], remapped: Mapping[str, str]) -> dict[str, str]:
    """Action id → keys: those from the settings, or else the default ones."""
    return {action.id: remapped.get(action.id, action.keys) for action in actions}


def format_keys(keys: str) -> str:
    """Keys formatted for display: `Ctrl+P`, `/`, `G or Shift+G`."""
    return " or ".join(_format_key(key.strip()) for key in keys.split(","))


def keys_page(scopes: Mapping[str, Iterable[Action]]) -> str:
    """The text of `docs/keys.md`, from the actions of each scope."""
    parts = [_HEAD]
    for scope, actions in scopes.items():
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
