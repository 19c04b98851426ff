"""What a recipe file means, and the same with other seeds, epochs, data or protocol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from netlab.datasets.data_spec import Data
from netlab.errors import RecipeError
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.protocol_files import load_protocol
from netlab.recipe.run_spec import RunSpec
from netlab.recipe.study import Quick
from netlab.recipe.variants import Variant
from netlab.recipe.yaml.document import YamlDocument
from netlab.recipe.yaml.validation_messages import validation_messages


@dataclass(frozen=True)
class Recipe:
    """Every variant as a network, with data, protocol and seeds."""

    file: str
    text: str
    name: str
    question: str
    network: Network
    """The baseline: the network as it stands, or with all factors where a design leaves one out."""
    data: Data
    protocol: Protocol
    seeds: tuple[int, ...]
    variants: tuple[Variant, ...]
    claims: tuple[dict[str, str], ...]
    why: str = ""
    quick: Quick | None = None
    design: dict[str, Any] = field(default_factory=dict)
    """`design`, its `factors`, and which are `applied` to each network that it makes."""
    document: YamlDocument = field(default=YamlDocument("", {}), compare=False, repr=False)
    """What was read, with the line of everything in it, for later errors."""

    @property
    def condition(self) -> str:
        """The hash of the data and protocol that all its runs share."""
        return self.specs(self.variants[0])[0].condition

    def specs(self, variant: Variant) -> tuple[RunSpec, ...]:
        """The runs of one variant, one per seed."""
        return tuple(
            RunSpec(network=variant.network, data=self.data, protocol=self.protocol, seed=seed)
            for seed in self.seeds
        )

    def with_overrides(
        self,
        *,
        seeds: Iterable[int] | None = None,
        epochs: int | None = None,
        data: str | None = None,
        protocol: str | None = None,
        quick: bool = False,
    ) -> Recipe:
        """The same recipe with what the command line says instead. Raises `RecipeError`.

        `quick` takes the recipe's short form, to which the others then apply.
        """
        changed = self._short_form() if quick else self
        if protocol is not None:
            changed = replace(changed, protocol=load_protocol(protocol))
        if epochs is not None:
            changed = replace(changed, protocol=changed.protocol.with_epochs(epochs))
        if seeds is not None:
            changed = replace(changed, seeds=tuple(seeds))
        if data is not None:
            try:
                changed = replace(changed, data=Data.model_validate(data))
            except ValidationError as error:
                message = validation_messages(error, Data, data)[0][1]
                raise RecipeError(message, field="--data") from None
        return changed

    def _short_form(self) -> Recipe:
        short = self.quick
        if short is None:
            raise RecipeError(
                "this recipe has no short form: add one, such as "
                "'quick: {data: fashion-mini, protocol: smoke, seeds: [0, 1, 2]}'",
                file=self.file,
                field="quick",
            )
        protocol = short.protocol or self.protocol
        if short.epochs is not None:
            protocol = protocol.with_epochs(short.epochs)
        return replace(
            self, data=short.data or self.data, protocol=protocol, seeds=short.seeds or self.seeds
        )
