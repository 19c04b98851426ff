"""The network in Compose: an immutable value with its history of edits.

Widgets render a document and request edits; they keep no copy of the network. Undo and redo have
no limit. A variant consists of the edits since the baseline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from netlab.recipe.edits import Edit
from netlab.recipe.network import Network, StoredNetwork


@dataclass(frozen=True)
class EditStep:
    """One edit of the history, its description, and the network before it."""

    edit: Edit
    description: str
    before: Network


@dataclass(frozen=True)
class PendingText:
    """Edited YAML that is not applied to the network yet."""

    text: str
    based_on: Annotated[StoredNetwork, Field(alias="over")]
    """The network from which the YAML was made."""


@dataclass(frozen=True)
class NetworkDocument:
    """A network with its undo and redo steps."""

    network: Network
    baseline: Network
    """The network with which costs and changes are compared."""
    past: tuple[EditStep, ...] = ()
    future: tuple[EditStep, ...] = ()
    """Undone steps; the next one to redo is the last."""
    saved: Network | None = None
    """The network as it was last saved or opened; None if it never was."""

    @classmethod
    def of(cls, network: Network) -> NetworkDocument:
        return cls(network, baseline=network, saved=network)

    @property
    def changed(self) -> bool:
        """Whether the network differs from the saved one."""
        return self.network != self.saved

    def edited(self, edit: Edit) -> NetworkDocument:
        """The document after `edit`, with nothing left to redo. Raises `EditError`."""
        network = edit.apply(self.network)
        if network == self.network:
            return self
        step = EditStep(edit, edit.describe(self.network), self.network)
        return replace(self, network=network, past=(*self.past, step), future=())

    def undone(self) -> NetworkDocument:
        if not self.past:
            return self
        *rest, last = self.past
        return replace(self, network=last.before, past=tuple(rest), future=(*self.future, last))

    def redone(self) -> NetworkDocument:
        if not self.future:
            return self
        *rest, step = self.future
        network = step.edit.apply(self.network)
        return replace(self, network=network, past=(*self.past, step), future=tuple(rest))

    def as_baseline(self) -> NetworkDocument:
        return replace(self, baseline=self.network)

    def edits_since(self, network: Network) -> tuple[Edit, ...]:
        """The edits since `network`. Raises `ValueError` if `network` is not in the history."""
        if network == self.network:
            return ()
        for index in range(len(self.past) - 1, -1, -1):
            if self.past[index].before == network:
                return tuple(step.edit for step in self.past[index:])
        raise ValueError("the history does not contain that network")
