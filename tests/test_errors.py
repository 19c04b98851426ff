"""Remedies in errors: what was probably meant by a name that nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_networks import TINY, write_recipe

from netlab.errors import RecipeError, did_you_mean
from netlab.measures import MEASURES
from netlab.recipe.library import find_recipe


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("acc", MEASURES, "accuracy"),
        ("notes", ["notes-2018", "nodes", "quick"], "notes-2018"),
        ("group", ["groups-2-and-4", "groups-2", "grup"], "groups-2"),
        ("acuracy", MEASURES, "accuracy"),
    ],
)
def test_a_name_that_the_word_begins_comes_before_one_that_is_like_it(
    word: str, known: list[str], meant: str
) -> None:
    assert did_you_mean(word, known) == f"did you mean '{meant}'?"


def test_one_letter_begins_too_many_names() -> None:
    assert did_you_mean("c", ["conv", "classifier"]) == "known are classifier, conv"


def refused(argument: str, beside: Path | None = None) -> str:
    with pytest.raises(RecipeError) as error:
        find_recipe(argument, beside)
    return str(error.value).partition("has that name: ")[2]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with `mine.yaml` in it and `sub/short.yml`."""
    monkeypatch.chdir(tmp_path)
    write_recipe(tmp_path, name="mine.yaml")
    (tmp_path / "sub").mkdir()
    write_recipe(tmp_path / "sub", name="short.yml")
    return tmp_path


@pytest.mark.parametrize(
    ("argument", "meant"),
    [
        ("mine.yml", "mine.yaml"),
        ("mien.yaml", "mine.yaml"),
        ("mien", "mine.yaml"),
        ("./mine.yml", "mine.yaml"),
        ("sub/short.yaml", "sub/short.yml"),
        ("sub/short", "sub/short.yml"),
        ("sub/shrot.yml", "sub/short.yml"),
        ("nowhere/resnet51.yaml", "resnet50"),
        ("resnet14-ablaton", "resnet14-ablation"),
        ("squeezenet", "squeezenet-1.0"),
    ],
)
def test_recipe_files_that_are_there_are_offered_before_saved_names(
    folder: Path, argument: str, meant: str
) -> None:
    assert refused(argument) == f"did you mean '{meant}'?"


def test_a_base_is_looked_for_beside_the_recipe_that_extends_it(folder: Path) -> None:
    assert refused("shrot", folder / "sub") == "did you mean 'short.yml'?"


def test_the_name_of_a_measure_in_a_claim_may_be_cut_short(folder: Path) -> None:
    from netlab.recipe.loader import load_recipe

    claims = "  claims: [{says: it pays, check: groups-2.acc > baseline.accuracy}]\n"
    with pytest.raises(RecipeError, match="no measure is called 'acc': did you mean 'accuracy'"):
        load_recipe(write_recipe(folder, TINY + claims))
