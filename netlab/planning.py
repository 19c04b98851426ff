"""A recipe with its overrides, checked before anything trains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netlab.errors import BlockError, DataError, NetlabError

if TYPE_CHECKING:
    from netlab.analysis.network import Analysis
    from netlab.lab.records import StudyEntry
    from netlab.recipe.recipe import Recipe
    from netlab.recipe.spec import RunSpec
    from netlab.recipe.variants import Variant


@dataclass(frozen=True)
class Plan:
    """A recipe whose every network can be built, with the analysis of each variant."""

    recipe: Recipe
    analyses: tuple[Analysis, ...]

    @property
    def baseline(self) -> Analysis:
        """The analysis of the network as it stands in the recipe."""
        return self.analyses[0]

    def specs(self) -> list[tuple[Variant, RunSpec]]:
        """Every run of the study."""
        return [
            (variant, spec)
            for variant in self.recipe.variants
            for spec in self.recipe.specs(variant)
        ]

    def entry(self) -> StudyEntry:
        """The study as it goes into the lab."""
        from netlab.lab.records import StudyEntry, VariantEntry

        recipe = self.recipe
        return StudyEntry(
            name=recipe.name,
            recipe_file=Path(recipe.file).name,
            recipe_text=recipe.text,
            question=recipe.question,
            claims=recipe.claims,
            variants=tuple(
                VariantEntry(
                    variant.name,
                    variant.because,
                    variant.changes,
                    analysis.cost.params,
                    analysis.cost.macs,
                    recipe.specs(variant),
                    variant.expect,
                )
                for variant, analysis in zip(recipe.variants, self.analyses, strict=True)
            ),
        )


def make_plan(
    argument: str,
    *,
    seeds: Sequence[int] | None = None,
    epochs: int | None = None,
    data: str | None = None,
    protocol: str | None = None,
    quick: bool = False,
) -> Plan:
    """Load a recipe, apply what is given instead, and build every network hollow.

    `quick` takes the recipe's short form, over which the rest is laid.

    Raises `NetlabError` for whatever cannot be run, whether or not its data are here.
    """
    from netlab.analysis.network import analyse, check_trainable
    from netlab.recipe.recipe import load_recipe

    recipe = load_recipe(argument).but(
        seeds=seeds, epochs=epochs, data=data, protocol=protocol, quick=quick
    )
    analyses = []
    for variant in recipe.variants:
        try:
            analysis = analyse(variant.network)
            check_trainable(analysis)
        except BlockError as error:
            raise NetlabError(f"{recipe.file}: variant '{variant.name}': {error}") from None
        analyses.append(analysis)
    return Plan(recipe, tuple(analyses))


def with_data(plan: Plan) -> Plan:
    """The plan with its data found and checked against the network. Raises `DataError`."""
    from dataclasses import replace

    from netlab.recipe.folders import facts, resolve

    recipe = plan.recipe
    data = resolve(recipe.data, Path())
    found = facts(data)
    if found.classes != recipe.network.classes:
        raise DataError(
            f"{recipe.file}: network.classes is {recipe.network.classes}, but data set "
            f"'{data.label}' has {found.classes} classes: set 'classes: {found.classes}'"
        )
    return replace(plan, recipe=replace(recipe, data=data))
