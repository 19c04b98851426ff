"""Saving a network into a recipe changes what changed, and nothing else."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netlab.blocks.parsing import parse_block
from netlab.errors import RecipeError
from netlab.recipe.edits import Edit, Insert, Move, Remove, SetFields, Swap
from netlab.recipe.library import shipped
from netlab.recipe.loader import load_network, load_recipe
from netlab.recipe.network import Network
from netlab.recipe.writing.save_network import save_network
from netlab.recipe.yaml.yaml_text import flow_yaml, network_text

RECIPE = """\
# A study of mine.
network:
  input: [3, 32, 32]   # small images
  classes: 10
  blocks:
    - {block: conv, channels: 16}  # the stem
    # what follows is repeated
    - {block: basic, channels: 16, repeat: 2}   # stage 1
    - block: basic   # written out
      channels: 32
      stride: 2  # halves the map
    - {block: classifier}

data: fashion-mini   # comes with netlab
study:
  question: >-
    Does it
    matter?
  variants:
    groups-2: {set: {basic: {groups: 2}}, because: half}
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


def changed_lines(recipe: Path, edit: Edit) -> list[str]:
    before = recipe.read_text(encoding="utf-8")
    network = edit.apply(load_network(recipe))
    assert save_network(recipe, network) is None
    assert load_network(recipe) == network
    after = recipe.read_text(encoding="utf-8")
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_a_network_that_did_not_change_leaves_the_file_as_it_is(recipe: Path) -> None:
    save_network(recipe, load_network(recipe))
    assert recipe.read_text(encoding="utf-8") == RECIPE


def test_one_field_changes_in_its_line_and_the_comment_behind_it_stays(recipe: Path) -> None:
    assert changed_lines(recipe, SetFields(2, {"repeat": 3})) == [
        "-    - {block: basic, channels: 16, repeat: 2}   # stage 1",
        "+    - {block: basic, channels: 16, repeat: 3}   # stage 1",
    ]


def test_a_new_field_comes_last_and_one_with_its_default_goes(recipe: Path) -> None:
    assert changed_lines(recipe, SetFields(2, {"repeat": 1, "groups": 4})) == [
        "-    - {block: basic, channels: 16, repeat: 2}   # stage 1",
        "+    - {block: basic, channels: 16, groups: 4}   # stage 1",
    ]


def test_a_row_that_is_written_out_over_lines_is_changed_where_it_stands(recipe: Path) -> None:
    assert changed_lines(recipe, SetFields(3, {"stride": 4, "groups": 2})) == [
        "-      stride: 2  # halves the map",
        "+      stride: 4  # halves the map",
        "+      groups: 2",
    ]


def test_a_row_that_moves_takes_its_comment_along(recipe: Path) -> None:
    moved = changed_lines(recipe, Move(2, 3))
    assert sorted(line[1:] for line in moved if line[0] == "+") == sorted(
        line[1:] for line in moved if line[0] == "-"
    )


def test_rows_come_and_go_as_whole_lines(recipe: Path) -> None:
    pool = parse_block({"block": "pool"})
    assert changed_lines(recipe, Insert(2, pool)) == ["+    - {block: pool}"]
    assert changed_lines(recipe, Remove(2)) == ["-    - {block: pool}"]
    assert changed_lines(recipe, Remove(3)) == [
        "-    - block: basic   # written out",
        "-      channels: 32",
        "-      stride: 2  # halves the map",
    ]


def test_another_kind_takes_the_place_of_the_old_one(recipe: Path) -> None:
    assert changed_lines(recipe, Swap(1, "fire")) == [
        "-    - {block: conv, channels: 16}  # the stem",
        "+    - {block: fire, channels: 16}  # the stem",
    ]


def test_a_setting_of_the_network_is_a_line_of_its_own(recipe: Path) -> None:
    assert changed_lines(recipe, SetFields("network", {"norm": "group"})) == ["+  norm: group"]


def test_another_input_keeps_the_comment_beside_it(recipe: Path) -> None:
    network = load_network(recipe).model_copy(update={"input": (1, 28, 28)})
    save_network(recipe, network)
    assert "  input: [1, 28, 28]   # small images\n" in recipe.read_text(encoding="utf-8")


def test_a_recipe_that_extends_another_gets_only_what_differs(tmp_path: Path) -> None:
    recipe = tmp_path / "mine.yaml"
    recipe.write_text("extends: resnet14-ablation\nprotocol: smoke\n", encoding="utf-8")
    network = SetFields("network", {"activation": "silu"}).apply(load_network(recipe))
    save_network(recipe, network)
    assert recipe.read_text(encoding="utf-8") == (
        "extends: resnet14-ablation\nprotocol: smoke\nnetwork:\n  activation: silu\n"
    )
    assert load_network(recipe) == network


@pytest.mark.parametrize(
    "blocks",
    [
        "[{block: conv, channels: 8}, {block: classifier}]",
        "\n    - &stem {block: conv, channels: 8}\n    - *stem\n    - {block: classifier}",
    ],
    ids=["on one line", "with an alias"],
)
def test_what_cannot_be_changed_in_place_is_laid_out_anew(blocks: str, tmp_path: Path) -> None:
    recipe = tmp_path / "mine.yaml"
    recipe.write_text(
        f"# mine\nnetwork:\n  input: [3, 8, 8]\n  blocks: {blocks}\n# data follow\ndata: cifar10\n",
        encoding="utf-8",
    )
    network = SetFields(1, {"channels": 24}).apply(load_network(recipe))
    save_network(recipe, network)
    text = recipe.read_text(encoding="utf-8")
    assert load_network(recipe) == network
    assert text.startswith("# mine\n")
    assert "# data follow\ndata: cifar10\n" in text


def test_a_new_file_starts_as_a_copy_of_its_source(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "other.yaml"
    network = SetFields(2, {"repeat": 3}).apply(load_network(recipe))
    save_network(target, network, source=recipe)
    assert load_recipe(target).variants[1].name == "groups-2"
    assert target.read_text(encoding="utf-8").startswith("# A study of mine.\n")
    assert recipe.read_text(encoding="utf-8") == RECIPE


def test_a_base_beside_the_source_is_found_from_the_copy(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "child.yaml").write_text("extends: mine.yaml\nprotocol: smoke\n", encoding="utf-8")
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "copy.yaml"
    network = load_network(recipe)
    save_network(target, network, source=tmp_path / "child.yaml")
    assert load_network(target) == network


def test_a_variant_that_no_longer_fits_is_reported_and_the_network_saved(recipe: Path) -> None:
    network = Remove("basic").apply(load_network(recipe))
    warning = save_network(recipe, network)
    assert warning is not None
    assert warning.startswith("mine.yaml:")
    assert "the network has no block 'basic'" in warning
    assert load_network(recipe) == network


def test_line_ends_of_another_system_stay(recipe: Path) -> None:
    recipe.write_text(RECIPE, encoding="utf-8", newline="\r\n")
    save_network(recipe, SetFields(2, {"repeat": 3}).apply(load_network(recipe)))
    raw = recipe.read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n") == RECIPE.count("\n")


def test_a_folder_that_is_not_there_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    network = load_network("demo")
    with pytest.raises(RecipeError, match="cannot be written: No such file"):
        save_network(tmp_path / "nowhere" / "mine.yaml", network)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [*shipped(), *shipped("networks")])
def test_every_saved_network_reads_back_from_its_layout(name: str, tmp_path: Path) -> None:
    network = load_network(name)
    path = tmp_path / "laid-out.yaml"
    path.write_text(network_text(network), encoding="utf-8")
    assert load_network(path) == network


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("none", "none"),
        ("no", '"no"'),
        ("[/x] 🦊: #", '"[/x] 🦊: #"'),
        (True, "true"),
        (None, "null"),
        (1e-05, "1e-05"),
        ([1, {"a-b": False}], "[1, {a-b: false}]"),
    ],
)
def test_values_are_written_as_yaml_on_one_line(value: object, text: str) -> None:
    assert flow_yaml(value) == text


SIMPLE = [
    {"block": "conv", "channels": 16},
    {"block": "conv", "channels": 16, "kernel": 1},
    {"block": "basic", "channels": 32, "stride": 2},
    {"block": "pool"},
    {"block": "se", "reduction": 4},
]
ROWS = st.lists(st.sampled_from(SIMPLE), min_size=1, max_size=6)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=ROWS, after=ROWS, norm=st.sampled_from(["batch", "group"]))
def test_any_network_can_be_written_over_any_other(
    before: list[dict[str, object]], after: list[dict[str, object]], norm: str, tmp_path: Path
) -> None:
    recipe = tmp_path / "any.yaml"
    old = Network.model_validate({"input": [3, 32, 32], "blocks": before})
    recipe.write_text(f"# first\n{network_text(old)}# last\n", encoding="utf-8")
    new = Network.model_validate({"input": [3, 32, 32], "norm": norm, "blocks": after})
    assert save_network(recipe, new) is None
    assert load_network(recipe) == new
    text = recipe.read_text(encoding="utf-8")
    assert text.startswith("# first\n")
    assert text.endswith("# last\n")
