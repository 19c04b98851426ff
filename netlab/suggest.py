"""Commands that messages suggest: each works if it is pasted into a shell as printed.

In messages, commands are in backticks. Some texts, such as verdicts, are written without knowing
the lab; the code that shows such a text adds the lab with `with_lab`.
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
    """`text` with the `--db` option for `lab`, if needed, in its commands in backticks."""
    start = f"`{command_line(lab=lab)} "
    return re.sub(_LAB_COMMAND, lambda _found: start, text)


def recipe_argument(recipe_file: str) -> str:
    """The RECIPE argument for a file: only its name if the recipe comes with netlab."""
    name = Path(recipe_file).stem
    folder = shipped_recipes()
    shipped = any((folder / part / f"{name}.yaml").is_file() for part in ("", "networks"))
    return name if shipped else recipe_file


def _lab_option(lab: Path | None) -> list[str]:
    if lab is None or lab.resolve() == default_lab().resolve():
        return []
    return ["--db", str(lab)]
