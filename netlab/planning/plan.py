"""A recipe with its overrides, checked before anything trains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from netlab.errors import BlockError, DataError, NetlabError, RecipeError, did_you_mean
from netlab.format import join_with_and, pluralize
from netlab.paths import is_shipped_recipe

if TYPE_CHECKING:
    from netlab.analysis.cost import Cost
    from netlab.analysis.network_analysis import Analysis
    from netlab.lab.records import StudyRegistration
    from netlab.recipe.loader import Recipe
    from netlab.recipe.run_spec import RunSpec
    from netlab.recipe.variants import Variant


@dataclass(frozen=True)
class Plan:
    """A recipe whose every network can be built, with the analysis of each variant."""

    recipe: Recipe
    analyses: tuple[Analysis, ...]

    @property
    def baseline(self) -> Analysis:
        """The analysis of the network that all others are compared with."""
        return self.analyses[0]

    @property
    def size_text(self) -> str:
        """How many runs there are and why: `2 variants × 3 seeds = 6 runs`."""
        variants, seeds = len(self.recipe.variants), len(self.recipe.seeds)
        runs = variants * seeds
        counts = f"{pluralize(variants, 'variant')} × {pluralize(seeds, 'seed')}"
        design, factors = self.recipe.design.get("design"), self.recipe.design.get("factors")
        told = f"{counts} = {pluralize(runs, 'run')}"
        if not factors or design not in _DESIGN_PHRASES:
            return told
        beside = variants - len(self.recipe.design["applied"])
        more = f", and {pluralize(beside, 'more variant')}" if beside else ""
        return f"{told}, {_DESIGN_PHRASES[design]} {join_with_and(factors)}{more}"

    def specs(self) -> list[tuple[Variant, RunSpec]]:
        """Every run of the study."""
        return [
            (variant, spec)
            for variant in self.recipe.variants
            for spec in self.recipe.specs(variant)
        ]

    def entry(self) -> StudyRegistration:
        """The study as it goes into the lab."""
        from netlab.lab.records import StudyRegistration, VariantRegistration

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

    `quick` takes the recipe's short form, over which the rest is laid. Variants are repaired where
    a change broke another row, and scaled where they are to match the baseline's cost; their
    changes say so. Raises `NetlabError` for whatever cannot be run; a named data set need not be
    here yet.
    """
    from netlab.recipe.loader import load_recipe

    recipe = load_recipe(argument).with_overrides(
        seeds=seeds, epochs=epochs, data=data, protocol=protocol, quick=quick
    )
    place: tuple[str, ...] = ("data",)
    if data is not None:
        place = ("--data",)
    elif quick and recipe.quick and recipe.quick.data:
        place = ("quick", "data")
    # A network that names no data can be planned for its costs, whatever its classes.
    named = place != ("data",) or "data" in recipe.document.values
    return plan_recipe(_check_data(recipe, place) if named else recipe)


def plan_recipe(recipe: Recipe) -> Plan:
    """The plan of a recipe's variants as they will be trained. Raises `NetlabError`."""
    from netlab.analysis.network_analysis import check_trainable

    variants: list[Variant] = []
    analyses: list[Analysis] = []
    for variant in recipe.variants:
        try:
            settled, analysis = _prepared(variant, analyses[0].cost if analyses else None)
            check_trainable(analysis)
        except NetlabError as error:
            raise _variant_error(recipe, variant, error) from None
        variants.append(settled)
        analyses.append(analysis)
    changed = replace(recipe, network=variants[0].network, variants=tuple(variants))
    return Plan(changed, tuple(analyses))


def prepared_variant(recipe: Recipe, name: str) -> Variant:
    """One variant of a recipe as it will be trained; it may lack a head.

    Raises `BlockError` where a block cannot stand where it stands, and `NetlabError` where the
    recipe has no such variant or its cost cannot be matched.
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


def with_resolved_data(plan: Plan) -> Plan:
    """The plan, whose data must be here and fit the network. Raises `DataError`."""
    from netlab.datasets.image_folder import resolve_data

    recipe = _check_data(plan.recipe, ("data",))
    try:
        return replace(plan, recipe=replace(recipe, data=resolve_data(recipe.data, Path())))
    except DataError as error:
        raise DataError(f"{error}{_short_form_hint(recipe)}") from None


def _short_form_hint(recipe: Recipe) -> str:
    """That the short form can be trained instead, where its data is here."""
    from netlab.datasets.catalogue import CATALOGUE

    data = recipe.quick.data if recipe.quick else None
    if data is None or data == recipe.data or data.name not in CATALOGUE:
        return ""
    here = CATALOGUE[data.name].is_present()
    return f"; `--quick` trains the short form on {data.label}, which is here" if here else ""


def _check_data(recipe: Recipe, place: tuple[str, ...]) -> Recipe:
    """The recipe, a folder of its data found and read, with as many classes as its network."""
    from netlab.datasets.image_folder import data_facts, resolve_data

    try:
        data = resolve_data(recipe.data, Path()) if recipe.data.path else recipe.data
        found = data_facts(data)
    except DataError as error:
        raise _data_error(recipe, str(error), place) from None
    if found.classes != recipe.network.classes:
        fault = (
            f"network.classes is {recipe.network.classes}, but data set '{data.label}' has "
            f"{found.classes} classes"
        )
        if is_shipped_recipe(Path(recipe.file)):
            raise DataError(_bundled_recipe_message(recipe, fault, found.classes, place))
        raise _data_error(recipe, f"{fault}: set 'classes: {found.classes}'", place)
    return replace(recipe, data=data)


def _bundled_recipe_message(
    recipe: Recipe, fault: str, classes: int, place: tuple[str, ...]
) -> str:
    """The fault of a recipe that comes with netlab, and what to take instead of changing that."""
    from netlab.recipe.library import bundled
    from netlab.recipe.loader import load_network

    name = Path(recipe.file).stem
    small = f"cifar-{name}"
    fits = small in bundled("networks") and load_network(small).classes == classes
    form = f"take {small}, its form for images of 32×32, or " if fits else ""
    option = f"{place[0]}: " if place[0].startswith("--") else ""
    return (
        f"{name}: {option}{fault}: {form}make a copy, `netlab new mine --from {name}`, and set "
        f"'classes: {classes}' in it"
    )


def _prepared(variant: Variant, base: Cost | None) -> tuple[Variant, Analysis]:
    from netlab.analysis.prepare_variant import prepare_variant

    found = prepare_variant(variant.network, variant.requested, variant.match, base)
    done = replace(
        variant,
        network=found.network,
        edits=(*variant.edits, *found.edits),
        changes=(*variant.changes, *found.descriptions),
    )
    return done, found.analysis


def _variant_error(recipe: Recipe, variant: Variant, error: NetlabError) -> RecipeError:
    """What is wrong with a variant, at the line where it, or the block at fault, is written."""
    from netlab.recipe.study import BASELINE

    said, row = str(error), None
    if isinstance(error, BlockError) and error.row is not None:
        row = ("network", "blocks", error.row - 1)
    if variant.name == BASELINE:
        field = (error.field,) if isinstance(error, BlockError) and error.field else ()
        return recipe.document.error(f"variant '{BASELINE}': {said}", (*(row or ()), *field))
    places = recipe.document.locations
    if row is not None and row in places and isinstance(error, BlockError):
        line = places[row][1]
        said = said.replace(f"({error.kind})", f"({error.kind}, line {line})", 1)
    for part in ("variants", "factors"):
        if ("study", part, variant.name) in places:
            return recipe.document.error(
                f"variant '{variant.name}': {said}", ("study", part, variant.name)
            )
    return recipe.document.error(f"variant '{variant.name}': {said}", ("study", "factors"))


def _data_error(recipe: Recipe, message: str, place: tuple[str, ...]) -> DataError:
    if place[0].startswith("--"):
        return DataError(f"{recipe.file}: {place[0]}: {message}")
    return DataError(str(recipe.document.error(message, place)))


_DESIGN_PHRASES = {
    "leave-one-out": "leaving one out of",
    "add-one-in": "adding one of",
    "factorial": "a full factorial of",
}
