"""A recipe made ready to run: every network can be built, and the data is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from netlab.analysis.cost import Cost
from netlab.analysis.network_analysis import Analysis, check_trainable
from netlab.analysis.prepare_variant import prepare_variant
from netlab.datasets.check import CheckedData
from netlab.errors import DataError, NetlabError, did_you_mean
from netlab.format import join_with_and, pluralize
from netlab.lab.records import StudyRegistration, VariantRegistration
from netlab.planning.recipe_data import check_recipe_data
from netlab.planning.variant_errors import variant_error
from netlab.recipe.loader import load_recipe
from netlab.recipe.recipe import Recipe
from netlab.recipe.run_spec import RunSpec
from netlab.recipe.variants import Variant
from netlab.recipe.yaml.document import YamlPath

_DESIGN_PHRASES = {
    "leave-one-out": "leaving one out of",
    "add-one-in": "adding one of",
    "factorial": "a full factorial of",
}


@dataclass(frozen=True)
class Plan:
    """A recipe whose every network can be built, with the analysis of each variant."""

    recipe: Recipe
    """With its variants as they are trained, and a folder of data as it was found."""
    analyses: tuple[Analysis, ...]
    data: CheckedData
    data_problem: DataError | None = None

    @property
    def baseline(self) -> Analysis:
        """The analysis of the network that all others are compared with."""
        return self.analyses[0]

    @property
    def size_text(self) -> str:
        """How many runs there are and why: `2 variants × 3 seeds = 6 runs`."""
        design = self.recipe.design.get("design", "")
        variants, seeds = len(self.recipe.variants), len(self.recipe.seeds)
        counts = f"{pluralize(variants, 'variant')} × {pluralize(seeds, 'seed')}"
        text = f"{counts} = {pluralize(variants * seeds, 'run')}"
        factors = [*self.recipe.design.get("factors", ())]
        if not factors or design not in _DESIGN_PHRASES:
            return text
        more = variants - len(self.recipe.design["applied"])
        also = f", and {pluralize(more, 'more variant')}" if more else ""
        return f"{text}, {_DESIGN_PHRASES[design]} {join_with_and(factors)}{also}"

    def specs(self) -> list[tuple[Variant, RunSpec]]:
        return [
            (variant, spec)
            for variant in self.recipe.variants
            for spec in self.recipe.specs(variant)
        ]

    def entry(self) -> StudyRegistration:
        """The study as it goes into the lab."""
        recipe = self.recipe
        return StudyRegistration(
            name=recipe.name,
            recipe_file=Path(recipe.file).name,
            recipe_text=recipe.text,
            question=recipe.question,
            claims=recipe.claims,
            variants=tuple(
                VariantRegistration(
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
            design=recipe.design,
        )

    def require_data(self) -> Plan:
        """The plan, whose data can be trained on now. Raises `DataError`."""
        if self.data_problem is not None:
            raise self.data_problem
        return self


def make_plan(
    argument: str,
    *,
    seeds: Sequence[int] | None = None,
    epochs: int | None = None,
    data: str | None = None,
    protocol: str | None = None,
    quick: bool = False,
) -> Plan:
    """Load a recipe, apply the overrides, check its data, and build every network without memory.

    `quick` takes the recipe's short form, to which the other overrides then apply. Variants are
    repaired where a change broke another row, and scaled where they are to match the baseline's
    cost; their changes say so. Raises `NetlabError` for whatever cannot be run; a named data set
    need not be here yet.
    """
    recipe = load_recipe(argument).with_overrides(
        seeds=seeds, epochs=epochs, data=data, protocol=protocol, quick=quick
    )
    source: YamlPath = ("data",)
    if data is not None:
        source = ("--data",)
    elif quick and recipe.quick and recipe.quick.data:
        source = ("quick", "data")
    data_found, problem = check_recipe_data(recipe, source)
    variants: list[Variant] = []
    analyses: list[Analysis] = []
    for variant in recipe.variants:
        try:
            prepared, analysis = _prepared(variant, analyses[0].cost if analyses else None)
            check_trainable(analysis)
        except NetlabError as error:
            raise variant_error(recipe, variant.name, error) from None
        variants.append(prepared)
        analyses.append(analysis)
    changed = replace(
        recipe, network=variants[0].network, variants=tuple(variants), data=data_found.data
    )
    return Plan(changed, tuple(analyses), data_found, problem)


def prepared_variant(recipe: Recipe, name: str) -> Variant:
    """One variant of a recipe as it is trained; it may have no head.

    Raises `BlockError` where a block cannot be built, and `NetlabError` where the recipe has no
    such variant or its cost cannot be matched.
    """
    found = {variant.name: variant for variant in recipe.variants}
    if name not in found:
        raise NetlabError(
            f"{recipe.name}: no variant is called '{name}': {did_you_mean(name, found)}"
        )
    variant = found[name]
    if not variant.requested and variant.match is None:
        return variant
    base = _prepared(recipe.variants[0], None)[1].cost if variant.match else None
    return _prepared(variant, base)[0]


def _prepared(variant: Variant, base: Cost | None) -> tuple[Variant, Analysis]:
    found = prepare_variant(variant.network, variant.requested, variant.match, base)
    done = replace(
        variant,
        network=found.network,
        edits=(*variant.edits, *found.edits),
        changes=(*variant.changes, *found.descriptions),
    )
    return done, found.analysis
