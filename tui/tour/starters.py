"""The studies and networks from which a newcomer can start."""

from __future__ import annotations

from dataclasses import dataclass

from netlab.datasets.catalogue import CATALOGUE
from netlab.recipe.library import shipped
from tui.model.templates import TEMPLATES
from tui.model.tour_step import Tour
from tui.tour.steps import NETWORK_TOUR, STUDY_TOUR
from tui.widgets.search_list import Item

STUDIES = "A study, planned already"
NETWORKS = "A network, to plan a study on"


@dataclass(frozen=True)
class Starter:
    """A study or network to start from, and the tour that follows."""

    item: Item
    tour: Tour


def starters() -> tuple[Starter, ...]:
    """All starters, the shortest tour first."""
    return (
        _study("demo", "six small networks on built-in images: a few minutes"),
        _study("resnet14-fashion", "the same with three seeds, trained longer"),
        _study("resnet14-ablation", f"the same on CIFAR-10{_absence_note('cifar10')}"),
        _template("plain"),
        _template("dense"),
        _network("cifar-resnet20-a", "twenty layers, as published in 2015"),
    )


def _study(name: str, about: str) -> Starter:
    return Starter(Item(f"file:{shipped()[name]}", STUDIES, name, about), STUDY_TOUR)


def _template(name: str) -> Starter:
    return Starter(Item(f"template:{name}", NETWORKS, name, TEMPLATES[name][0]), NETWORK_TOUR)


def _network(name: str, about: str) -> Starter:
    return Starter(Item(f"file:{shipped('networks')[name]}", NETWORKS, name, about), NETWORK_TOUR)


def _absence_note(data: str) -> str:
    return "" if CATALOGUE[data].is_present() else ", which is not here yet"
