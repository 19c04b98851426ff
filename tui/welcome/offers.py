"""What a newcomer can start from: planned studies, and networks to plan one on."""

from __future__ import annotations

from dataclasses import dataclass

from netlab.recipe.datasets import CATALOGUE
from netlab.recipe.library import saved
from tui.compose.search_list import Item
from tui.compose.templates import TEMPLATES
from tui.welcome.way import OWN, PLANNED, Way

STUDIES = "A study, planned already"
NETWORKS = "A network, to plan a study on"


@dataclass(frozen=True)
class Offer:
    """One thing to start from, and the way on from there."""

    item: Item
    way: Way


def offers() -> tuple[Offer, ...]:
    """All of them, the shortest way first."""
    return (
        _study("demo", "six small networks on built-in images: a few minutes"),
        _study("resnet14-fashion", "the same with three seeds, trained longer"),
        _study("resnet14-ablation", f"the same on CIFAR-10{_absent('cifar10')}"),
        _template("plain"),
        _template("dense"),
        _network("cifar-resnet20-a", "twenty layers, as published in 2015"),
    )


def _study(name: str, about: str) -> Offer:
    return Offer(Item(f"file:{saved()[name]}", STUDIES, name, about), PLANNED)


def _template(name: str) -> Offer:
    return Offer(Item(f"template:{name}", NETWORKS, name, TEMPLATES[name][0]), OWN)


def _network(name: str, about: str) -> Offer:
    return Offer(Item(f"file:{saved('networks')[name]}", NETWORKS, name, about), OWN)


def _absent(data: str) -> str:
    return "" if CATALOGUE[data].present() else ", which is not here yet"
