"""netlab from Python: the same recipes, lab and tables as on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from netlab.paths import default_lab
from netlab.recipe.network import Network
from netlab.recipe.recipe import Recipe, load_recipe

if TYPE_CHECKING:
    from torch import nn

    from netlab.analysis.network import Analysis
    from netlab.lab.outcome import Outcome
    from netlab.planning import Plan
    from netlab.report.table import Table


def load(recipe: str | Path) -> Recipe:
    """The recipe at a path, or of a saved name. Raises `RecipeError`."""
    return load_recipe(recipe)


def build(recipe: str | Path | Recipe, variant: str = "baseline") -> nn.Module:
    """A network of a recipe as a plain `nn.Module` with fresh weights: (N, C, H, W) → (N, classes).

    Raises `RecipeError`, `BlockError`, or `KeyError` for a variant that the recipe lacks.
    """
    from netlab.modules.build import build_stack

    network = _variant(recipe, variant)
    return build_stack(network.stack(), network.input)


def summarize(recipe: str | Path | Recipe, variant: str = "baseline") -> Analysis:
    """Shapes and costs of a network, row by row. Raises as `build` does."""
    from netlab.analysis.network import analyse

    return analyse(_variant(recipe, variant))


def plan(recipe: str | Path, *, seeds: Sequence[int] | None = None) -> Plan:
    """What a study would run: each variant with its cost. Trains nothing. Raises `NetlabError`."""
    from netlab.planning import make_plan

    return make_plan(str(recipe), seeds=seeds)


def run(
    recipe: str | Path,
    *,
    seeds: Sequence[int] | None = None,
    device: str = "auto",
    db: Path | None = None,
) -> Outcome:
    """Train what a recipe asks for and the lab lacks; returns when it is done.

    Raises `NetlabError`; a run that fails is a row of the outcome, not an exception.
    """
    from netlab.lab.store import Lab
    from netlab.lab.supervisor import supervise
    from netlab.planning import with_data

    made = with_data(plan(recipe, seeds=seeds))
    with Lab.open(db or default_lab(), create=True) as lab:
        return supervise(lab, lab.enter(made.entry()), device=device)


def compare(study: str, *, db: Path | None = None) -> Table:
    """The table of a study in the lab. Raises `LabError` where there is no such study."""
    from netlab.lab.store import Lab
    from netlab.report.results import study_table

    with Lab.open(db or default_lab(), readonly=True) as lab:
        return study_table(lab, study)


def _variant(recipe: str | Path | Recipe, name: str) -> Network:
    loaded = recipe if isinstance(recipe, Recipe) else load_recipe(recipe)
    networks = {variant.name: variant.network for variant in loaded.variants}
    return networks[name]
