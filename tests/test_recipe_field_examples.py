"""What a fault in a recipe says to write instead, which can be pasted."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel, TypeAdapter
from small_networks import TINY, write_recipe

from netlab.errors import NetlabError
from netlab.recipe.loader import RecipeFile, load_recipe
from netlab.recipe.network import Network
from netlab.recipe.protocol import Optimizer, Protocol
from netlab.recipe.protocol_files import load_protocol
from netlab.recipe.study import Quick, Study
from netlab.recipe.yaml.field_examples import EXAMPLES, example_line, inner_model

BY_NAME = ("protocol", "quick")
"""Examples that name a saved protocol, which is read before they are checked."""
PROTOCOL = "{extends: smoke, epochs: 1}"


def complaint(tmp_path: Path, old: str, new: str) -> str:
    """What is said of TINY with `new` for `old`, after file and line."""
    assert old in TINY
    path = write_recipe(tmp_path, TINY.replace(old, new, 1))
    with pytest.raises(NetlabError) as caught:
        load_recipe(path)
    return str(caught.value).removeprefix(f"{path}:").partition(": ")[2]


OVER: list[tuple[str, str, str, str]] = [
    (PROTOCOL, "{extends: standard, lr: 0.1}", "protocol.lr", "did you mean optimizer.lr? Write it as 'optimizer: {lr: 0.1}'"),
    (PROTOCOL, "{extends: standard, warmup: 0.5}", "protocol.warmup", "did you mean schedule.warmup? Write it as 'schedule: {warmup: 0.5}'"),
    ("study:", "epochs: 3\nstudy:", "epochs", "did you mean protocol.epochs or quick.epochs? Write it as 'protocol: {extends: smoke, epochs: 3}'"),
    ("study:", "classes: 10\nstudy:", "classes", "did you mean network.classes?"),
    ("study:", f"optimizer: {{lr: 0.{'1' * 60}}}\nstudy:", "optimizer", "did you mean protocol.optimizer?"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "field", "remedy"), OVER, ids=[one[2] for one in OVER])
def test_a_field_that_belongs_one_level_deeper_is_found_there(
    tmp_path: Path, old: str, new: str, field: str, remedy: str
) -> None:
    name = field.rpartition(".")[2]
    assert complaint(tmp_path, old, new) == f"{field}: no field is called '{name}': {remedy}"


def test_also_in_a_file_of_a_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_recipe(tmp_path, "epochs: 3\nmomentum: 0.5\n", "own.yaml")
    with pytest.raises(NetlabError) as caught:
        load_protocol("own.yaml")
    assert str(caught.value) == (
        "own.yaml:2: momentum: no field is called 'momentum': did you mean optimizer.momentum? "
        "Write it as 'optimizer: {momentum: 0.5}'"
    )


INSTEAD: list[tuple[str, str, str]] = [
    (PROTOCOL, "{optimizer: adam}", "protocol.optimizer: 'adam' is not a mapping of fields: write it as 'optimizer: {name: adam, lr: 0.001}'"),
    (PROTOCOL, "{optimizer: lion}", "protocol.optimizer: 'lion' is not a mapping of fields: write it as 'optimizer: {name: sgd, lr: 0.1}'"),
    (PROTOCOL, "{schedule: step}", "protocol.schedule: 'step' is not a mapping of fields: write it as 'schedule: {name: step}'"),
    (PROTOCOL, "[standard]", "protocol: name a protocol, or write one out, such as 'protocol: {extends: standard, epochs: 3}'"),
    ("[0, 1]", "3", "study.seeds: 3 is not a list: write it as 'seeds: [0, 1, 2]'"),
    ("fashion-mini", "3", "data: 3 is not a mapping of fields: write it as 'data: fashion-mini'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), INSTEAD, ids=[one[1] for one in INSTEAD])
def test_what_is_no_mapping_or_list_is_shown_as_one(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert complaint(tmp_path, old, new) == words


def shaped(model: type[BaseModel]) -> dict[str, Any]:
    """The fields of a model that are mappings or lists, but for texts, with their annotations."""
    fields = {name: field.annotation for name, field in model.model_fields.items()}
    return {
        name: one
        for name, one in fields.items()
        if inner_model(one, in_lists=False)
        or {get_origin(part) for part in (one, *get_args(one))} & {tuple, dict}
    }


@pytest.mark.parametrize(
    "model", [RecipeFile, Network, Protocol, Optimizer, Study, Quick], ids=lambda one: one.__name__
)
def test_every_field_that_is_a_mapping_or_a_list_has_an_example_that_works(
    model: type[BaseModel],
) -> None:
    for name, annotation in shaped(model).items():
        assert name in EXAMPLES
        if name not in BY_NAME:
            TypeAdapter(annotation).validate_python(EXAMPLES[name])


def test_the_examples_that_name_a_protocol_work(tmp_path: Path) -> None:
    lines = {name: example_line(name, None, None) for name in BY_NAME}
    text = TINY.replace(f"protocol: {PROTOCOL}", lines["protocol"])
    recipe = load_recipe(write_recipe(tmp_path, f"{text}{lines['quick']}\n"))
    assert recipe.protocol.label == "standard@1 with epochs 3"
    assert recipe.with_overrides(quick=True).protocol.label == "smoke@1"


def test_an_example_of_an_optimiser_trains_at_its_own_rate() -> None:
    assert example_line("optimizer", Optimizer, "adamw") == "optimizer: {name: adamw, lr: 0.001}"
    assert example_line("says", None, 3) == ""
