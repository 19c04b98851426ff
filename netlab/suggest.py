"""Commands that messages suggest: pasted into a shell, each works as it is printed.

In a message a command stands in backticks. Text that does not know the lab, such as the words of
a verdict, which tables print too, gets it by `with_lab` where it is shown.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from netlab.paths import default_lab, shipped_recipes

LAB_COMMANDS = ("plan", "run", "runs", "export", "claims", "guide", "time", "surface", "doctor")

_LAB_COMMAND = rf"`netlab (?=(?:{'|'.join(LAB_COMMANDS)})\b)"


def suggest(*words: str, lab: Path | None = None) -> str:
    """`netlab WORDS…` in backticks; see `command_line`."""
    return f"`{command_line(*words, lab=lab)}`"


def command_line(*words: str, lab: Path | None = None) -> str:
    """`netlab WORDS…`, quoted for a shell, with `--db` unless netlab takes `lab` without it."""
    return shlex.join(["netlab", *_lab_option(lab), *words])


def with_lab(text: str, lab: Path) -> str:
    """`text`, its commands in backticks directed at `lab`."""
    start = f"`{command_line(lab=lab)} "
    return re.sub(_LAB_COMMAND, lambda _found: start, text)


def recipe_argument(recipe_file: str) -> str:
    """What to write for RECIPE: a recipe that comes with netlab goes by its name."""
    name = Path(recipe_file).stem
    folder = shipped_recipes()
    shipped = any((folder / part / f"{name}.yaml").is_file() for part in ("", "networks"))
    return name if shipped else recipe_file


def _lab_option(lab: Path | None) -> list[str]:
    if lab is None or lab.resolve() == default_lab().resolve():
        return []
    return ["--db", str(lab)]
