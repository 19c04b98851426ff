"""The JSON schema of recipes: it agrees with what netlab itself accepts and refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_helpers import Shell
from jsonschema import Draft7Validator
from small_networks import TINY, write_recipe
from test_blocks import OPTIONS, spec_of

from netlab.blocks import KINDS
from netlab.errors import NetlabError
from netlab.paths import PACKAGE
from netlab.recipe.json_schema import recipe_schema
from netlab.recipe.library import shipped
from netlab.recipe.loader import load_recipe
from netlab.recipe.yaml.document import parse_document, read_document

SHIPPED = PACKAGE / "assets" / "recipe.schema.json"
SAVED = {**shipped(), **shipped("networks")}

FAULTS = {
    "an unknown key": "extra: 1\n",
    "an unknown field of the network": "network: {depth: 3}\n",
    "an unknown field of a block": "network: {blocks: [{block: conv, channels: 4, gruops: 2}]}\n",
    "a field of another kind": "network: {blocks: [{block: classifier, stride: 2}]}\n",
    "an unknown block": "network: {blocks: [{block: convolution, channels: 4}]}\n",
    "no block": "network: {blocks: [{channels: 4}]}\n",
    "no blocks": "network: {blocks: []}\n",
    "a field that is missing": "network: {blocks: [{block: conv}]}\n",
    "a value out of bounds": "network: {blocks: [{block: conv, channels: 0}]}\n",
    "a value of the wrong type": "network: {blocks: [{block: conv, channels: many}]}\n",
    "a choice that does not exist": "network: {norm: layer}\n",
    "an input of two numbers": "network: {input: [32, 32]}\n",
    "a fault inside a branch": (
        "network: {blocks: [{block: branches, branches: [{name: a, blocks: [{block: conv}]}, "
        "{name: b}]}]}\n"
    ),
    "a folder without its path": "data: {name: folder}\n",
    "a path without a folder": "data: {name: cifar10, path: here}\n",
    "an unknown field of the data": "data: {name: cifar10, size: 3}\n",
    "an unknown field of the protocol": "protocol: {extends: smoke, epoch: 3}\n",
    "an optimiser that does not exist": "protocol: {optimizer: {name: lion}}\n",
    "a protocol that is a number": "protocol: 3\n",
    "no seeds": "study: {seeds: []}\n",
    "the same seed twice": "study: {seeds: [1, 1]}\n",
    "a variant called baseline": "study: {variants: {baseline: {remove: 2}}}\n",
    "a variant that is a list": "study: {variants: {groups-2: [1]}}\n",
    "an unknown change": "study: {variants: {groups-2: {sett: {basic: {groups: 2}}}}}\n",
    "a change of no places": "study: {variants: {v: {set: {'basic[]': {groups: 2}}}}}\n",
    "a change of a name to nothing known": "study: {variants: {v: {set: {mid: {gruops: 2}}}}}\n",
    "a change of an unknown field": "study: {variants: {v: {set: {basic: {gruops: 2}}}}}\n",
    "a change to an impossible value": "study: {variants: {v: {set: {basic: {groups: 0}}}}}\n",
    "a change of one row to nothing known": "study: {variants: {v: {set: {2: {gruops: 2}}}}}\n",
    "a change of an unknown setting": "study: {variants: {v: {set: {network: {input: 3}}}}}\n",
    "a swap for an unknown kind": "study: {variants: {v: {swap: {basic: bsic}}}}\n",
    "a swap with an unknown field": (
        "study: {variants: {v: {swap: {basic: {block: conv, gruops: 1}}}}}\n"
    ),
    "a swap without a kind": "study: {variants: {v: {swap: {basic: {groups: 1}}}}}\n",
    "a row 0 to remove": "study: {variants: {v: {remove: 0}}}\n",
    "no name to remove": "study: {variants: {v: {remove: [basic, b.]}}}\n",
    "an insertion without a place": (
        "study: {variants: {v: {insert: {block: conv, channels: 4}}}}\n"
    ),
    "an insertion that lacks a field": "study: {variants: {v: {insert: [{at: 1, block: conv}]}}}\n",
    "a move to nowhere": "study: {variants: {v: {move: {2: end}}}}\n",
    "a fault in a list of changes": "study: {variants: {v: {edits: [{remov: 2}]}}}\n",
    "a design that does not exist": "study: {design: factorail}\n",
    "a factor that is a list": "study: {factors: {se: [1]}}\n",
    "a factor called baseline": "study: {factors: {baseline: {remove: 2}}}\n",
    "a match without a cost": "study: {match: {by: width}}\n",
    "a match of two costs": "study: {variants: {v: {match: {macs: 3%, params: 3%}}}}\n",
    "a margin that is no share": "study: {match: {macs: 3}}\n",
    "an empty short form": "quick: {}\n",
    "an unknown field of the short form": "quick: {epoch: 3}\n",
    "the same seed twice in the short form": "quick: {seeds: [1, 1]}\n",
    "a claim without a check": "study: {claims: [{says: It helps}]}\n",
}
"""Recipes over the tiny one, each with one fault that is seen without building anything."""

CHANGES = [
    "{set: {basic: {groups: 2}, 'conv[1]': {kernel: 5}, 1: {kernel: 3}, network: {norm: group}}}",
    "{swap: {basic: dense-residual}}",
    "{swap: {'basic[1]': {block: conv, kernel: 1}}, because: a plain one}",
    "{remove: basic}",
    "{set: {stage 1: {kernel: 1}, 'conv[odd]': {kernel: 5}, 'basic[1-1,every 1]': {groups: 2}}}",
    "{remove: 'stage[1]'}",
    "{set: {basic: {groups: 2}}, match: {params: 3%, by: width}}",
    "{remove: [2]}",
    "{insert: {at: 2, block: conv, channels: 4, kernel: 1}}",
    "{insert: [{at: 2, block: pool}, {at: 3, block: basic, channels: 8}]}",
    "{move: {basic: 1}}",
    "{edits: [{remove: 2}, {insert: {at: 2, block: conv, channels: 4}}]}",
    "{}",
]

SHORT_FORMS = [
    "quick: {data: cifar10, protocol: {extends: smoke, epochs: 1}, seeds: [0]}",
    "data: cifar10",
    "data: folder:images",
    "data: {name: folder, path: images}",
]


@pytest.fixture(scope="module")
def schema() -> Draft7Validator:
    """The schema as it is shipped."""
    return Draft7Validator(json.loads(SHIPPED.read_text(encoding="utf-8")))


def complaints(schema: Draft7Validator, values: Any) -> list[str]:
    """What the schema finds wrong."""
    return [f"{error.json_path}: {error.message}" for error in schema.iter_errors(values)]


def test_the_shipped_file_is_what_the_specs_give(shell: Shell, schema: Draft7Validator) -> None:
    shipped = SHIPPED.read_text(encoding="utf-8")
    assert shell("schema").out == shipped, f"run `netlab schema -o {SHIPPED}`"
    assert shell("schema", "-o", "copy.json").err == "netlab: wrote copy.json\n"
    assert Path("copy.json").read_text(encoding="utf-8") == shipped
    Draft7Validator.check_schema(schema.schema)


@pytest.mark.parametrize("name", SAVED)
def test_every_saved_recipe_is_valid(schema: Draft7Validator, name: str) -> None:
    assert not complaints(schema, read_document(SAVED[name]).values)


@pytest.mark.parametrize("kind", KINDS)
def test_every_option_of_every_block_is_valid(schema: Draft7Validator, kind: str) -> None:
    for options in OPTIONS[kind]:
        spec = spec_of(kind, options, channels=5, stride=1)
        row = json.loads(spec.model_dump_json())
        assert not complaints(schema, {"network": {"input": [3, 8, 8], "blocks": [row]}})


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_to_netlab_and_to_the_schema(
    schema: Draft7Validator, tmp_path: Path, fault: str
) -> None:
    write_recipe(tmp_path)
    path = write_recipe(tmp_path, f"extends: tiny\n{FAULTS[fault]}", "faulty.yaml")
    with pytest.raises(NetlabError):
        load_recipe(path)
    assert complaints(schema, read_document(path).values)


@pytest.mark.parametrize("missing", ["network", "input", "blocks", "variants"])
def test_only_a_recipe_that_extends_another_may_leave_things_out(
    schema: Draft7Validator, missing: str
) -> None:
    values = parse_document(TINY, "tiny.yaml").values
    for part in (values, values["network"], values["study"]):
        part.pop(missing, None)
    assert complaints(schema, values)
    assert not complaints(schema, {"extends": "tiny", **values})


@pytest.mark.parametrize("change", CHANGES)
def test_every_way_to_write_a_change_is_valid(
    schema: Draft7Validator, tmp_path: Path, change: str
) -> None:
    write_recipe(tmp_path)
    for part in ("variants", "factors"):
        text = f"extends: tiny\nstudy: {{{part}: {{v: {change}}}}}\n"
        path = write_recipe(tmp_path, text, "changed.yaml")
        assert not complaints(schema, read_document(path).values)
        if change != "{}" or part == "variants":
            assert "v" in [variant.name for variant in load_recipe(path).variants]


@pytest.mark.parametrize("line", SHORT_FORMS)
def test_short_forms_are_valid(schema: Draft7Validator, tmp_path: Path, line: str) -> None:
    write_recipe(tmp_path)
    path = write_recipe(tmp_path, f"extends: tiny\n{line}\n", "short.yaml")
    recipe = load_recipe(path)
    assert recipe.with_overrides(quick=recipe.quick is not None).data.name in ("cifar10", "folder")
    assert not complaints(schema, read_document(path).values)


def test_data_that_nobody_knows_are_a_fault(schema: Draft7Validator) -> None:
    assert complaints(schema, {"extends": "tiny", "data": "cifar11"})


def test_fields_come_with_description_bounds_and_default() -> None:
    block = recipe_schema()["definitions"]["block-conv"]
    assert "Cost: channels in × channels out × kernel²" in block["description"]
    assert "LeCun et al. (1998)" in block["description"]
    assert block["properties"]["kernel"] == {
        "default": 3,
        "description": "side of the square window, in pixels",
        "maximum": 31,
        "minimum": 1,
        "type": "integer",
    }
    norm = block["properties"]["norm"]
    assert norm["type"] == ["string", "null"]
    assert "batch" in norm["enum"]
