"""Commands that netlab suggests: pasted, they look into the lab that the caller looked into."""

from __future__ import annotations

import re
import shlex

import click

USE_THE_LAB = ("plan", "run", "runs", "export", "claims", "guide", "time", "surface", "doctor")
"""Commands that read or write the lab."""

_SUGGESTED = re.compile(rf"`netlab (?=(?:{'|'.join(USE_THE_LAB)})\b)")


def command(words: str) -> str:
    """`netlab WORDS`, with `--db FILE` if the lab was named by that option.

    A lab that is the default, or that the environment names, is found again without it.
    """
    return f"{_netlab()} {words}".rstrip()


def for_this_lab(text: str) -> str:
    """`text` that was written elsewhere, with the commands in its backticks as `command` has them."""
    return _SUGGESTED.sub(lambda _found: f"`{_netlab()} ", text)


def _netlab() -> str:
    here = click.get_current_context(silent=True)
    root = here.find_root() if here else None
    if (
        root is None
        or root.get_parameter_source("db") is not click.core.ParameterSource.COMMANDLINE
    ):
        return "netlab"
    return f"netlab --db {shlex.quote(str(root.params['db']))}"
