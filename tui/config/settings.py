"""A person's settings: one TOML file, read once at the start and never written.

The file is `NETLAB_CONFIG`, or `config.toml` in the platform's configuration folder for netlab.
What is wrong with it is told in words and that setting left as it is by default: a slip in the
settings never keeps the app from starting.
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
from tui.config.keys import format_keys
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
"""Slips that a notice tells: more would not fit a small terminal."""


@dataclass(frozen=True)
class Settings:
    """What a person can set; see docs/settings.md."""

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
    """The settings in `file` (default: the user's own), and what is wrong with them.

    `actions` are all that there are, by id: keys are set for these.
    """
    file = file or settings_file()
    plain = Settings(ascii=_terminal_needs_ascii())
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return plain, ()
    except OSError as fault:
        return plain, (f"{file}: {fault.strerror}; the defaults are used",)
    except ValueError as fault:
        return plain, (f"{file}: this is not TOML: {fault}; the defaults are used",)
    settings, problems = _validate(found, plain, actions)
    return settings, tuple(f"{file}: {problem}" for problem in problems)


def summarize_problems(problems: Sequence[str], file: Path | None = None) -> str:
    """What is wrong with the settings in one notice: the first few, and where all are told."""
    file = file or settings_file()
    if len(problems) == 1:
        return problems[0]
    told = [f"- {problem.removeprefix(f'{file}: ')}" for problem in problems[:MAX_PROBLEMS_SHOWN]]
    more = len(problems) - MAX_PROBLEMS_SHOWN
    if more > 0:
        told.append(f"and {more} more: `netlab doctor` lists all")
    return "\n".join([f"{file}:", *told])


def _terminal_needs_ascii() -> bool:
    """Whether the terminal may lack our signs.

    The font of the Linux console does, and so do those of a locale whose text is not in UTF-8.
    """
    encoding = locale.getencoding().lower().replace("-", "")
    return os.environ.get("TERM") == "linux" or encoding != "utf8"


def _validate(
    found: Mapping[str, Any], settings: Settings, actions: Mapping[str, Action]
) -> tuple[Settings, list[str]]:
    problems: list[str] = []
    for name, value in found.items():
        fault = _CHECKS[name](value) if name in _CHECKS else _unknown_setting(name)
        if fault is None:
            settings = replace(settings, **{name: value})
        else:
            problems.append(fault)
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
    """The entries that can be used, and what is wrong with the others."""
    kept: dict[str, str] = {}
    problems: list[str] = []
    for name, value in keys.items():
        fault = _key_problem(name, value, actions)
        if fault is None:
            kept[name] = ",".join(part.strip() for part in str(value).split(","))
        else:
            problems.append(f"keys: {fault}")
    while clash := _find_clash(kept, actions):
        name, fault = clash
        del kept[name]
        problems.append(f"keys: {fault}")
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
    """The first entry of `keys` whose key another action has that works in the same place."""
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
