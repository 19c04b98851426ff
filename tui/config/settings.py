"""The user's settings: one TOML file, read once at the start and never written.

The file is `NETLAB_CONFIG`, or `config.toml` in the platform's configuration folder for netlab.
For a mistake in a setting, the app shows a notice and uses the default, so it always starts.
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
"""Keys that cannot be given to an action → the reason."""

MAX_PROBLEMS_SHOWN = 3
"""Most problems in one notice, so that it fits in a small terminal."""


@dataclass(frozen=True)
class Settings:
    """The user's settings; see docs/settings.md."""

    theme: str = DARK
    """The theme to start with: one of netlab or Textual."""
    ascii: bool = False
    """Draw curves, bars and signs with ASCII characters only."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id → keys that replace the default ones, separated by commas."""


def settings_file() -> Path:
    """The path of the settings file, which may not exist."""
    named = os.environ.get("NETLAB_CONFIG")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_config_path

    return user_config_path("netlab") / "config.toml"


def load_settings(
    actions: Mapping[str, Action], file: Path | None = None
) -> tuple[Settings, tuple[str, ...]]:
    """The settings in `file` (default: the user's own), and their problems.

    `actions` (by id) are the actions for which keys can be set.
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
    """The text of a notice: the first problems, and the command that lists all."""
    file = file or settings_file()
    if len(problems) == 1:
        return problems[0]
    lines = [f"- {problem.removeprefix(f'{file}: ')}" for problem in problems[:MAX_PROBLEMS_SHOWN]]
    more = len(problems) - MAX_PROBLEMS_SHOWN
    if more > 0:
        lines.append(f"and {more} more: `netlab doctor` lists all")
    return "\n".join([f"{file}:", *lines])


def _terminal_needs_ascii() -> bool:
    """Whether the terminal may be unable to show the signs of the app.

    They are missing in the font of the Linux console, and possibly if the locale is not UTF-8.
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
    """The valid entries of `keys`, and the problems of the others."""
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
    """An entry whose key another action in the same mode has, and the problem; or None."""
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
