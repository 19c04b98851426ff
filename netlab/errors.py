"""Errors that are meant for people: what is wrong, where, and what would work."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from netlab.format import join_with_or

MAX_QUOTED_CHARS = 40
"""Characters of a person's text that an error repeats."""


class NetlabError(Exception):
    """A fault in what a person gave netlab; never a fault of netlab itself.

    `str(error)` is one sentence that names the place, what is wrong and what would work.
    The command line prints it without a traceback and leaves with exit code 2.
    """


class RecipeError(NetlabError):
    """A recipe, network or protocol file that cannot be used.

    The place is a file and, where known, a line in it; `field` is the dotted name of the field
    at fault, as a person would say it (`network.blocks[3].groups`).
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        self.message = message
        self.file = file
        self.line = line
        self.field = field
        place = ":".join(str(part) for part in (file, line) if part is not None)
        super().__init__(": ".join(part for part in (place, field, message) if part))


class InvalidRecipeError(NetlabError):
    """Several faults of one recipe, one a line."""

    def __init__(self, errors: Sequence[RecipeError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in errors))


def one_or_all(errors: Sequence[RecipeError]) -> NetlabError:
    """The only one of `errors`, or all of them as one."""
    return errors[0] if len(errors) == 1 else InvalidRecipeError(errors)


class BlockError(NetlabError):
    """A block that cannot stand where it stands.

    `row` is the block's place in the network, counted from 1; `works` holds values of `field`
    that would work there, nearest first (empty where no value of that one field helps).
    """

    def __init__(
        self,
        message: str,
        *,
        row: int | None = None,
        kind: str | None = None,
        field: str | None = None,
        valid_values: tuple[object, ...] = (),
    ) -> None:
        self.message = message
        self.row = row
        self.kind = kind
        self.field = field
        self.valid_values = valid_values
        place = f"block {row} ({kind})" if row is not None else kind
        remedy = f"; {join_with_or(valid_values)} would work" if valid_values else ""
        super().__init__(": ".join(part for part in (place, message) if part) + remedy)


class EditError(NetlabError):
    """An edit that cannot be made; `field` is the part of it at fault."""

    def __init__(self, message: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(message)


class CheckError(NetlabError):
    """A check of a claim that cannot be read, or has no value; `at` is the text at fault."""

    def __init__(self, message: str, fragment: str = "") -> None:
        self.message = message
        self.fragment = fragment
        shown = (
            fragment
            if len(fragment) <= MAX_QUOTED_CHARS
            else f"{fragment[: MAX_QUOTED_CHARS - 1]}…"
        )
        super().__init__(f"at '{shown}': {message}" if fragment else message)


class LabError(NetlabError):
    """A lab file that cannot be opened, read or written."""


class DataError(NetlabError):
    """A data set that is not there, or is not what the recipe needs; `brief` fits on one line."""

    def __init__(self, message: str, *, brief: str = "") -> None:
        self.brief = brief or message
        super().__init__(message)


class DeviceError(NetlabError):
    """A device that this machine does not have."""


def nearest_name(word: str, known: Iterable[str], cutoff: float = 0.5) -> str | None:
    """The name that was probably meant: the shortest that `word` begins, else the most alike.

    `alike` is the share of letters that such a name has at least in common with `word`.
    """
    names = sorted(known)
    begun = [name for name in names if name.startswith(word)] if len(word) > 1 else []
    if begun:
        return min(begun, key=len)
    return next(iter(difflib.get_close_matches(word, names, n=1, cutoff=cutoff)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy for a name that nobody knows: the nearest known one, or all of them."""
    names = sorted(known)
    near = nearest_name(word, names)
    if near is not None:
        return f"did you mean '{near}'?"
    return f"known are {', '.join(names)}" if names else "none is known"
