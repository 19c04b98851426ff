"""The network that is being composed: an immutable value with its history of edits.

Widgets render a document and ask for edits; none of them holds state of its own. Undo and redo
walk along the history without limit, and the edits since a mark are what a variant is made of.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from netlab.recipe.edits import Edit
from netlab.recipe.network import Network, StoredNetwork

DEFAULT_NETWORK = Network.model_validate(
    {
        "input": [3, 32, 32],
        "blocks": [
            {"block": "conv", "channels": 16},
            {"block": "basic", "channels": 16, "repeat": 2},
            {"block": "basic", "channels": 32, "repeat": 2, "stride": 2},
            {"block": "basic", "channels": 64, "repeat": 2, "stride": 2},
            {"block": "classifier"},
        ],
    }
)
"""The network that a new document starts with."""


@dataclass(frozen=True)
class EditStep:
    """One edit of the history: the edit, what it did in words, and the network before it."""

    edit: Edit
    description: str
    before: Network


@dataclass(frozen=True)
class PendingText:
    """A network as a text that was changed by hand and is not applied."""

    text: str
    based_on: Annotated[StoredNetwork, Field(alias="over")]
    """The network that it was typed over."""


@dataclass(frozen=True)
class NetworkDocument:
    """A network with what was done to it and what was undone."""

    network: Network
    baseline: Network
    """What costs and changes are compared with."""
    past: tuple[EditStep, ...] = ()
    future: tuple[EditStep, ...] = ()
    """Undone steps, the next to be redone last."""
    saved: Network | None = None
    """The network as it was last saved or opened; None where it never was."""

    @classmethod
    def of(cls, network: Network) -> NetworkDocument:
        """A document fresh from a file or a template."""
        return cls(network, baseline=network, saved=network)

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return self.network != self.saved

    def edited(self, edit: Edit) -> NetworkDocument:
        """The document after `edit`; what was undone is gone. Raises `EditError`."""
        network = edit.apply(self.network)
        if network == self.network:
            return self
        step = EditStep(edit, edit.describe(self.network), self.network)
        return replace(self, network=network, past=(*self.past, step), future=())

    def undone(self) -> NetworkDocument:
        """The document without its last edit; itself where there is none."""
        if not self.past:
            return self
        *rest, last = self.past
        return replace(self, network=last.before, past=tuple(rest), future=(*self.future, last))

    def redone(self) -> NetworkDocument:
        """The document with the last undone edit made again; itself where there is none."""
        if not self.future:
            return self
        *rest, step = self.future
        network = step.edit.apply(self.network)
        return replace(self, network=network, past=(*self.past, step), future=tuple(rest))

    def as_baseline(self) -> NetworkDocument:
        """The same network, now the one that costs are compared with."""
        return replace(self, baseline=self.network)

    def edits_since(self, network: Network) -> tuple[Edit, ...]:
        """The edits that led from `network`, somewhere in the past, to here.

        Raises `ValueError` where the past does not contain it.
        """
        if network == self.network:
            return ()
        for index in range(len(self.past) - 1, -1, -1):
            if self.past[index].before == network:
                return tuple(step.edit for step in self.past[index:])
        raise ValueError("the history does not contain that network")
