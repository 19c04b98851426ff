"""Edits that only Compose makes: the network's input and classes, and the network as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from netlab.recipe.edits import NETWORK_SETTINGS, Edit, EditError, SetFields
from netlab.recipe.network import Network
from netlab.recipe.yaml.validation_messages import validation_messages
from tui.compose.branch_edits import Rename

INPUT_FIELDS = ("input channels", "input height", "input width")
"""What the form calls the three numbers of the network's input."""


@dataclass(frozen=True)
class SetInput:
    """Another input or number of classes; no variant may differ in these."""

    fields: Mapping[str, Any] = field(hash=False)

    def apply(self, network: Network) -> Network:
        """The network for other images. Raises `EditError`."""
        sides = list(network.input)
        for index, name in enumerate(INPUT_FIELDS):
            sides[index] = self.fields.get(name, sides[index])
        values = {
            "input": sides,
            "classes": self.fields.get("classes", network.classes),
        }
        try:
            checked = Network.model_validate(
                {**network.model_dump(exclude={"blocks"}), **values} | {"blocks": network.blocks}
            )
        except ValidationError as error:
            place, sentence = validation_messages(error, Network, values)[0]
            raise EditError(sentence, str(place[0])) from None
        return checked

    def describe(self, network: Network) -> str:  # noqa: ARG002
        """`network: input height 64`."""
        return "network: " + ", ".join(f"{name} {value}" for name, value in self.fields.items())


@dataclass(frozen=True)
class Rewrite:
    """Another network in place of this one, as a person wrote it."""

    network: Network

    def apply(self, network: Network) -> Network:  # noqa: ARG002
        """The other network."""
        return self.network

    def describe(self, network: Network) -> str:
        """`rewritten as YAML: 4 rows → 5`."""
        return f"rewritten as YAML: {len(network.blocks)} rows → {len(self.network.blocks)}"


def field_edit(row: int, fields: Mapping[str, Any]) -> Edit:
    """The edit that gives `fields` of a row (from 1) these values; row 0 is the network or branch."""
    if row:
        return SetFields(row, fields)
    if "name" in fields:
        return Rename(fields["name"])
    return (
        SetFields("network", fields) if set(fields) <= set(NETWORK_SETTINGS) else SetInput(fields)
    )
