"""The user's settings: one TOML file, read once at the start and never written.

The file is `NETLAB_CONFIG`, or `config.toml` in the platform's configuration folder for netlab.
A mistake in it is reported and that setting keeps its default: settings never keep the app from
starting.
"""

from __future__ import annotations

import locale
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from textual.theme import BUILTIN_THEMES

from netlab.errors import did_you_mean
from tui.config.actions import Action
from tui.config.key_names import format_keys
from tui.config.themes import DARK, THEMES

RESERVED_KEYS = {
    "ctrl+c": "copies",
    "ctrl+h": "is Backspace on many terminals",
    "ctrl+i": "is Tab on many terminals",
    "ctrl+m": "is Enter on many terminals",
    "ctrl+z": "suspends programs",
}
"""Keys that no action may have, and why."""

MAX_PROBLEMS_SHOWN = 3
"""Problems in one notice: more would not fit a small terminal."""


@dataclass(frozen=True)
class Settings:
    """What a user can set; see docs/settings.md."""

    theme: str = DARK
    """The theme to start with: one of netlab's or of Textual's."""
    ascii: bool = False
    """Draw curves, bars and signs in ASCII alone."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Other keys for actions, by the action's id; several are separated by commas."""


def settings_file() -> Path:
    """Where the settings are, whether or not there is a file."""
    named = os.environ.get("NETLAB_CONFIG")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("netlab") / "config.toml"


def load_settings(
    actions: Mapping[str, Action], file: Path | None = None
) -> tuple[Settings, tuple[str, ...]]:
    """The settings in `file` (default: the user's own), and their problems.

    `actions` are all actions by id: keys can be set for these.
    """
    file = file or settings_file()
    defaults = Settings(ascii=_terminal_needs_ascii())
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return defaults, ()
    except OSError as error:
        return defaults, (f"{file}: {error.strerror}; the defaults are used",)
    except ValueError as error:
        return defaults, (f"{file}: this is not TOML: {error}; the defaults are used",)
    settings, problems = _validate(found, defaults, actions)
    return settings, tuple(f"{file}: {problem}" for problem in problems)


def summarize_problems(problems: Sequence[str], file: Path | None = None) -> str:
    """One notice about the problems: the first few, and which command lists all."""
    file = file or settings_file()
    if len(problems) == 1:
        return problems[0]
    lines = [f"- {problem.removeprefix(f'{file}: ')}" for problem in problems[:MAX_PROBLEMS_SHOWN]]
    more = len(problems) - MAX_PROBLEMS_SHOWN
    if more > 0:
        lines.append(f"and {more} more: `netlab doctor` lists all")
    return "\n".join([f"{file}:", *lines])


def _terminal_needs_ascii() -> bool:
    """Whether the terminal may lack our signs.

    The font of the Linux console lacks them, and so may the fonts of a locale without UTF-8.
    """
    encoding = locale.getencoding().lower().replace("-", "")
    return os.environ.get("TERM") == "linux" or encoding != "utf8"


def _validate(
    found: Mapping[str, Any], settings: Settings, actions: Mapping[str, Action]
) -> tuple[Settings, list[str]]:
    problems: list[str] = []
    for name, value in found.items():
        problem = _CHECKS[name](value) if name in _CHECKS else _unknown_setting(name)
        if problem is None:
            settings = replace(settings, **{name: value})
        else:
            problems.append(problem)
    keys, clashes = _usable_keys(settings.keys, actions)
    return replace(settings, keys=keys), problems + clashes


def _unknown_setting(name: str) -> str:
    return f"there is no setting '{name}': {did_you_mean(name, _CHECKS)}"


def _theme_problem(value: object) -> str | None:
    known = [*THEMES, *BUILTIN_THEMES]
    if isinstance(value, str) and value in known:
        return None
    return f"theme: there is no theme {value!r}: {did_you_mean(str(value), known)}"


def _ascii_problem(value: object) -> str | None:
    return None if isinstance(value, bool) else f"ascii: true or false, not {value!r}"


def _keys_problem(value: object) -> str | None:
    return (
        None if isinstance(value, dict) else 'keys: a table, such as [keys] and "app.help" = "f1"'
    )


_CHECKS = {"theme": _theme_problem, "ascii": _ascii_problem, "keys": _keys_problem}


def _usable_keys(
    keys: Mapping[str, object], actions: Mapping[str, Action]
) -> tuple[dict[str, str], list[str]]:
    """The entries that can be used, and the problems of the others."""
    kept: dict[str, str] = {}
    problems: list[str] = []
    for name, value in keys.items():
        problem = _key_problem(name, value, actions)
        if problem is None:
            kept[name] = ",".join(part.strip() for part in str(value).split(","))
        else:
            problems.append(f"keys: {problem}")
    while clash := _find_clash(kept, actions):
        name, problem = clash
        del kept[name]
        problems.append(f"keys: {problem}")
    return kept, problems


def _key_problem(name: str, value: object, actions: Mapping[str, Action]) -> str | None:
    if name not in actions:
        return f"there is no action '{name}': {did_you_mean(name, actions)}"
    if not isinstance(value, str) or not all(part.strip() for part in value.split(",")):
        return f"{name}: a key such as 'f5' or 'ctrl+s', or several with commas, not {value!r}"
    for part in value.split(","):
        if part.strip() in RESERVED_KEYS:
            return f"{name}: {format_keys(part)} {RESERVED_KEYS[part.strip()]}, and cannot be an action"
    return None


def _find_clash(keys: Mapping[str, str], actions: Mapping[str, Action]) -> tuple[str, str] | None:
    """The first entry whose key belongs to another action that works in the same mode."""
    holders: dict[str, list[str]] = {}
    for name, action in actions.items():
        for key in keys.get(name, action.keys).split(","):
            holders.setdefault(key.strip(), []).append(name)
    for name in keys:
        for key in keys[name].split(","):
            for other in holders[key]:
                if other != name and _scopes_overlap(actions[name].scope, actions[other].scope):
                    return name, f"{name}: {format_keys(key)} is already the key of {other}"
    return None


def _scopes_overlap(one: str, other: str) -> bool:
    return one == other or "app" in (one, other)
