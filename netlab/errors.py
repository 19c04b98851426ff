"""Errors for the user: where and what is wrong, and what would work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netlab.format import join_with_or

MAX_QUOTED_CHARS = 40
"""Characters of the user's text that an error repeats."""


class NetlabError(Exception):
    """An error in what the user gave to netlab, never in netlab itself.

    `str(error)` is one sentence: where it is, what is wrong and what would work. The command line
    prints it without a traceback; the exit code is 2.
    """


class RecipeError(NetlabError):
    """A recipe, network or protocol file that cannot be used.

    `field` is the dotted name of the wrong field (`network.blocks[3].groups`).
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
        location = ":".join(str(part) for part in (file, line) if part is not None)
        super().__init__(": ".join(part for part in (location, field, message) if part))


class InvalidRecipeError(NetlabError):
    """Several faults of one recipe, one per line."""

    def __init__(self, errors: Sequence[RecipeError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in errors))


def one_or_all(errors: Sequence[RecipeError]) -> NetlabError:
    """The error itself if `errors` has only one, else an `InvalidRecipeError` of all."""
    return errors[0] if len(errors) == 1 else InvalidRecipeError(errors)


class BlockError(NetlabError):
    """A block that does not fit its input, or its place in the network.

    `row` is the row of the block, counted from 1; `valid_values` are values of `field` that would
    work there (empty if no change of only that field is known to help).
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
        location = f"block {row} ({kind})" if row is not None else kind
        remedy = f"; {join_with_or(valid_values)} would work" if valid_values else ""
        super().__init__(": ".join(part for part in (location, message) if part) + remedy)


class EditError(NetlabError):
    """An edit that cannot be made; `field` is the wrong part of it."""

    def __init__(self, message: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(message)


class CheckError(NetlabError):
    """A check of a claim that cannot be parsed, or has no value; `fragment` is the wrong part."""

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
    """A data set that is missing or does not fit the recipe; `brief` fits on one line."""

    def __init__(self, message: str, *, brief: str = "") -> None:
        self.brief = brief or message
        super().__init__(message)


class DeviceError(NetlabError):
    """A device that this machine does not have."""


def nearest_name(word: str, known: Iterable[str], cutoff: float = 0.5) -> str | None:
    """The probable name: the shortest that starts with `word`, else the most similar, else None.

    `cutoff` is the smallest similarity, from 0 to 1, that is accepted.
    """
    names = sorted(known)
    begun = [name for name in names if name.startswith(word)] if len(word) > 1 else []
    if begun:
        return min(begun, key=len)
    import difflib  # here, so that the command line starts faster

    return next(iter(difflib.get_close_matches(word, names, n=1, cutoff=cutoff)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of an error about an unknown name: the nearest known one, or all of them."""
    names = sorted(known)
    near = nearest_name(word, names)
    if near is not None:
        return f"did you mean '{near}'?"
    return f"known are {', '.join(names)}" if names else "none is known"
