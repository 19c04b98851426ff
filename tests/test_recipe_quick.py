"""The short form of a recipe, and what a study says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_networks import TINY, write_recipe

from netlab.errors import NetlabError
from netlab.recipe.loader import load_recipe

QUICK = TINY + (
    "  why: Groups halve the weights.\n"
    "  claims: [{says: a, check: groups-2.params < baseline.params, figure: 195 k → 99 k}]\n"
    "quick: {data: cifar10, protocol: {extends: smoke, batch_size: 50}, seeds: [3], epochs: 4}\n"
)


def test_the_short_form_takes_the_place_of_the_recipes_own(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path, QUICK))
    assert (recipe.why, recipe.claims[0]["figure"]) == (
        "Groups halve the weights.",
        "195 k → 99 k",
    )
    assert (recipe.data.name, recipe.seeds) == ("fashion-mini", (0, 1))
    short = recipe.with_overrides(quick=True)
    assert (short.data.name, short.seeds) == ("cifar10", (3,))
    assert short.protocol.label == "smoke@1 with batch_size 50, epochs 4"
    over = recipe.with_overrides(quick=True, seeds=[7], epochs=9)
    assert (over.data.name, over.seeds, over.protocol.epochs) == ("cifar10", (7,), 9)


def test_what_the_short_form_leaves_out_stays(tmp_path: Path) -> None:
    recipe = load_recipe(write_recipe(tmp_path, TINY + "quick: {epochs: 2}\n"))
    short = recipe.with_overrides(quick=True)
    assert (short.data, short.seeds, short.protocol.epochs) == (recipe.data, recipe.seeds, 2)


def test_a_recipe_without_a_short_form_says_how_to_give_it_one(tmp_path: Path) -> None:
    path = write_recipe(tmp_path)
    with pytest.raises(NetlabError, match="no short form: add one, such as 'quick:"):
        load_recipe(path).with_overrides(quick=True)


@pytest.mark.parametrize(
    ("quick", "message"),
    [
        ("{}", "15: quick: the short form is empty"),
        ("{seeds: [1, 1]}", "15: quick.seeds: the same seed twice"),
        ("{epoch: 3}", "15: quick.epoch: no field is called 'epoch': did you mean 'epochs'?"),
        ("{protocol: smok}", "15: quick.protocol: no protocol is called 'smok'"),
        (
            "{protocol: {extends: smoke, epoch: 1}}",
            "15: quick.protocol.epoch: no field is called 'epoch'",
        ),
        ("fast", "15: quick: 'fast' is not a mapping of fields"),
    ],
)
def test_faults_of_the_short_form(tmp_path: Path, quick: str, message: str) -> None:
    path = write_recipe(tmp_path, f"{TINY}quick: {quick}\n")
    with pytest.raises(NetlabError) as caught:
        load_recipe(path)
    assert f"{path}:{message}" in str(caught.value)
