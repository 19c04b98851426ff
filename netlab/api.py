"""The Python interface: the same recipes, lab and tables as on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from netlab.paths import default_lab
from netlab.recipe.loader import load_recipe
from netlab.recipe.network import Network
from netlab.recipe.recipe import Recipe

if TYPE_CHECKING:
    from torch import nn

    from netlab.analysis.network_analysis import Analysis
    from netlab.lab.scheduler.supervisor import SupervisorOutcome
    from netlab.planning.plan import Plan
    from netlab.report.table import Table

M = TypeVar("M", bound="nn.Module")


@dataclass(frozen=True)
class LoadedRecipe(Recipe):
    """A recipe whose networks can be built."""

    def build(self, variant: str = "baseline") -> nn.Module:
        """A network of the recipe as a plain `nn.Module` with fresh weights.

        It maps (N, C, H, W) to (N, classes). Raises `BlockError` for a block that does not fit its
        input, and `NetlabError` for an unknown variant.
        """
        from netlab.modules.build import build_stack

        network = self._network(variant)
        return build_stack(network.resolved_blocks(), network.input)

    def summarize(self, variant: str = "baseline") -> Analysis:
        """Shapes and costs of a network, row by row. Raises as `build` does."""
        from netlab.analysis.network_analysis import analyse

        return analyse(self._network(variant))

    def _network(self, variant: str) -> Network:
        from netlab.planning.plan import prepared_variant

        return prepared_variant(self, variant).network


def load(recipe: str | Path | Recipe) -> LoadedRecipe:
    """The recipe or network at a path, or of a saved name. Raises `RecipeError`."""
    found = recipe if isinstance(recipe, Recipe) else load_recipe(recipe)
    return LoadedRecipe(**vars(found))


def build(recipe: str | Path | Recipe, variant: str = "baseline") -> nn.Module:
    """`load(recipe).build(variant)`, with the errors of both."""
    return load(recipe).build(variant)


def summarize(recipe: str | Path | Recipe, variant: str = "baseline") -> Analysis:
    """`load(recipe).summarize(variant)`, with the errors of both."""
    return load(recipe).summarize(variant)


def load_weights(model: M, path: str | Path) -> M:
    """Copy the tensors of a local .pth or .safetensors file into `model`, and return it.

    Names may differ, because networks that torchvision or timm also has keep their parameters in
    the same order. Never executes code from the file. Raises `NetlabError` if it does not fit.
    """
    from netlab.analysis import weights

    return weights.load_weights(model, path)


def plan(recipe: str | Path, *, seeds: Sequence[int] | None = None, quick: bool = False) -> Plan:
    """What a study would run: each variant with its cost. Trains nothing. Raises `NetlabError`.

    `quick` plans the recipe's short form.
    """
    from netlab.planning.plan import make_plan

    return make_plan(str(recipe), seeds=seeds, quick=quick)


def run(
    recipe: str | Path,
    *,
    seeds: Sequence[int] | None = None,
    quick: bool = False,
    device: str = "auto",
    db: Path | None = None,
) -> SupervisorOutcome:
    """Train the runs of a recipe that are not in the lab yet; return when they have ended.

    `quick` trains the recipe's short form. Raises `NetlabError`, but not for a run that fails,
    which is an entry of the outcome.
    """
    from netlab.lab.scheduler.supervisor import supervise
    from netlab.lab.store import Lab

    made = plan(recipe, seeds=seeds, quick=quick).require_data()
    with Lab.open(db or default_lab(), create=True) as lab:
        return supervise(lab, lab.studies.register(made.entry()), device=device)


def compare(study: str, *, db: Path | None = None) -> Table:
    """The table of a study in the lab. Raises `LabError` if there is no such study."""
    from netlab.lab.store import Lab
    from netlab.report.load import load_study
    from netlab.report.tabulate import tabulate

    with Lab.open(db or default_lab(), readonly=True) as lab:
        return tabulate(load_study(lab, study))
