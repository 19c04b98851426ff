"""Recipes: what they mean, and what is said where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_networks import TINY, write_recipe

from netlab.errors import NetlabError
from netlab.recipe.library import shipped
from netlab.recipe.loader import load_recipe


def test_the_recipe_of_the_design_reads_as_written() -> None:
    recipe = load_recipe("resnet14-ablation")
    assert recipe.name == "resnet14-ablation"
    assert [v.name for v in recipe.variants] == [
        "baseline",
        "groups-2",
        "groups-4",
        "dense",
        "separable",
        "attention",
    ]
    assert recipe.seeds == (0, 1, 2)
    assert recipe.protocol.label == "standard@1"
    assert recipe.variants[1].changes == ("basic: groups 1 → 2",)


@pytest.mark.parametrize("name", shipped())
def test_every_saved_recipe_loads(name: str) -> None:
    assert load_recipe(name).variants


@pytest.mark.parametrize("name", shipped("protocols"))
def test_every_saved_protocol_says_what_it_is_for(name: str) -> None:
    recipe = load_recipe("resnet14-ablation").with_overrides(protocol=name)
    assert recipe.protocol.name == name
    assert recipe.protocol.says


def test_the_sources_own_protocol() -> None:
    protocol = load_recipe("resnet14-ablation").with_overrides(protocol="notes-2018").protocol
    assert (protocol.optimizer.name, protocol.optimizer.lr) == ("adam", 1e-3)
    assert (protocol.epochs, protocol.batch_size, protocol.normalize) == (80, 100, False)
    assert (protocol.schedule.every, protocol.schedule.factor) == (20, 1 / 3)


def test_an_extension_lays_its_fields_over_the_base(tmp_path: Path) -> None:
    write_recipe(tmp_path)
    more = "extends: tiny\nstudy:\n  variants:\n    separable: {set: {basic: {convolution: separable}}}\n"
    recipe = load_recipe(write_recipe(tmp_path, more, "more.yaml"))
    assert [v.name for v in recipe.variants] == ["baseline", "groups-2", "separable"]
    assert recipe.name == "more"
    assert recipe.seeds == (0, 1)


def test_a_protocol_can_be_extended_in_place(tmp_path: Path) -> None:
    protocol = load_recipe(write_recipe(tmp_path)).protocol
    assert protocol.epochs == 1
    assert protocol.label == "smoke@1 with epochs 1"
    assert protocol.optimizer.lr == load_recipe("demo").protocol.optimizer.lr


def test_what_a_protocol_is_called_does_not_change_what_it_does(tmp_path: Path) -> None:
    short = load_recipe("resnet14-ablation").with_overrides(epochs=3)
    assert short.protocol.label == "standard@1 with epochs 3"
    same = load_recipe("resnet14-ablation").with_overrides(epochs=14)
    base = load_recipe("resnet14-ablation")
    hashes = [r.specs(r.variants[0])[0].hash for r in (short, same, base)]
    assert hashes[1] == hashes[2] != hashes[0]


def test_seeds_data_and_edits_each_change_the_hash() -> None:
    recipe = load_recipe("demo")
    runs = [
        spec.hash
        for changed in (
            recipe,
            recipe.with_overrides(data="cifar10"),
            recipe.with_overrides(seeds=[1]),
        )
        for variant in changed.variants
        for spec in changed.specs(variant)
    ]
    assert len(set(runs)) == len(runs) == 18


def test_runs_that_are_in_labs_already_are_known_again() -> None:
    network = load_recipe("resnet14-ablation")
    short = network.with_overrides(data="fashion-mini", protocol="smoke", seeds=[0])
    hashes = [short.specs(variant)[0].hash for variant in short.variants[:3]]
    assert hashes == ["a69ed1322f60", "ae5fccdd70c8", "3d53484fbe60"]
    assert short.variants[0].network.identity()["blocks"][1] == {
        "block": "basic", "repeat": 2, "channels": 16, "shortcut_kernel": 3,
    }  # fmt: skip


def test_every_kind_of_change(tmp_path: Path) -> None:
    text = TINY.replace(
        "    groups-2: {set: {basic: {groups: 2}}, because: half the weights}",
        """\
    settings: {set: {network: {activation: silu}}}
    row: {set: {1: {channels: 8}}}
    nth: {set: {"basic[1]": {channels: 6}}}
    swap: {swap: {basic: dense-residual}}
    swap-with: {swap: {basic: {block: conv, kernel: 5}}}
    insert: {insert: {at: 2, block: conv, channels: 5}}
    insert-two: {insert: [{at: 1, block: conv, channels: 3}, {at: 2, block: conv, channels: 5}]}
    remove: {remove: basic}
    remove-row: {remove: 2}
    move: {move: {2: 1}}
    several: {edits: [{set: {basic: {groups: 2}}}, {remove: 1}], because: both}""",
    )
    recipe = load_recipe(write_recipe(tmp_path, text))
    kinds = {
        v.name: [(s.block, getattr(s, "channels", None)) for s in v.network.blocks]
        for v in recipe.variants
    }
    head = ("classifier", None)
    assert kinds["row"] == [("conv", 8), ("basic", 4), head]
    assert kinds["nth"] == [("conv", 4), ("basic", 6), head]
    assert kinds["swap"] == [("conv", 4), ("dense-residual", 4), head]
    assert kinds["swap-with"] == [("conv", 4), ("conv", 4), head]
    assert kinds["insert"] == [("conv", 4), ("conv", 5), ("basic", 4), head]
    assert kinds["insert-two"] == [("conv", 3), ("conv", 5), ("conv", 4), ("basic", 4), head]
    assert kinds["remove"] == kinds["remove-row"] == [("conv", 4), head]
    assert kinds["move"] == [("basic", 4), ("conv", 4), head]
    assert kinds["several"] == [("basic", 4), head]
    named = {v.name: v for v in recipe.variants}
    assert named["settings"].network.activation == "silu"
    assert named["settings"].changes == ("network: activation relu → silu",)
    assert named["several"].changes == ("basic: groups 1 → 2", "without row 1")


def test_swapping_keeps_the_fields_that_both_blocks_have() -> None:
    dense = load_recipe("resnet14-ablation").variants[3].network.blocks[2]
    assert dense.fields() == {"repeat": 2, "channels": 32, "stride": 2, "shortcut_kernel": 3}


STEM = "    - {block: conv, channels: 4, stride: 2}"
VARIANT = "    groups-2: {set: {basic: {groups: 2}}, because: half the weights}"

FAULTS: list[tuple[str, str, str, str]] = [
    ("unknown key", "study:\n", "stuudy: 1\nstudy:\n", "10: stuudy: no field is called 'stuudy': did you mean 'study'?"),
    ("unknown field", STEM, "    - {block: conv, chanels: 4}", "5: network.blocks[1].channels: the field 'channels' is missing\n5: network.blocks[1].chanels: no field is called 'chanels': did you mean 'channels'?"),
    ("misspelt block", STEM, "    - {block: cnov, channels: 4}", "5: network.blocks[1]: no block is called 'cnov': did you mean 'conv'?"),
    ("no block", STEM, "    - {channels: 4}", "5: network.blocks[1]: say which block this is: 'block: KIND'"),
    ("block is a word", STEM, "    - conv", "5: network.blocks[1]: a block is a mapping such as {block: conv, channels: 16}, not 'conv'"),
    ("text for a number", STEM, "    - {block: conv, channels: four}", "5: network.blocks[1].channels: 'four' is not a whole number"),
    ("a switch for a number", STEM, "    - {block: conv, channels: true}", "5: network.blocks[1].channels: true is not a whole number"),
    ("out of bounds", STEM, "    - {block: conv, channels: 0}", "5: network.blocks[1].channels: 0 is below the minimum, 1"),
    ("no such choice", STEM, "    - {block: conv, channels: 4, activation: rleu}", "5: network.blocks[1].activation: 'rleu' is not one of relu, relu6, leaky-relu, silu, gelu,"),
    ("duplicate variant", VARIANT, f"{VARIANT}\n    groups-2: {{remove: basic}}", '15: duplicate key "groups-2": every name may stand once'),
    ("empty study", f"  variants:\n{VARIANT}\n", "  variants: {}\n", "13: study.variants: the study has no variants: write at least one, such as 'groups-2: {set:"),
    ("study without variants", f"  variants:\n{VARIANT}\n", "", "10: study: the study has no variants: write at least one, such as 'groups-2: {set: {basic:"),
    ("baseline is taken", "groups-2:", "baseline:", "13: study.variants: 'baseline' is the network itself: choose another name"),
    ("study left empty", TINY[TINY.index("  question"):], "", "10: study: the study is empty: give it variants, or leave it out"),
    ("no seeds", "[0, 1]", "[]", "12: study.seeds: needs at least 1, has 0"),
    ("a seed twice", "[0, 1]", "[0, 0]", "12: study.seeds: the same seed twice gives the same run twice: list each seed once"),
    ("unknown change", "set: {basic", "sett: {basic", "14: study.variants.groups-2.sett: no change is called 'sett': did you mean 'set'?"),
    ("change meets nothing", "basic: {groups: 2}", "bsaic: {groups: 2}", "14: study.variants.groups-2.set.bsaic: the network has no block 'bsaic': did you mean 'basic'?"),
    ("no such row", "basic: {groups: 2}", "7: {groups: 2}", "14: study.variants.groups-2.set.7: there is no row 7: the network has rows 1 to 3"),
    ("field that the block lacks", "{groups: 2}", "{gruops: 2}", "14: study.variants.groups-2.set.basic.gruops: basic: no field is called 'gruops': did you mean"),
    ("value that the block refuses", "{groups: 2}", "{groups: -2}", "14: study.variants.groups-2.set.basic.groups: basic: -2 is below the minimum, 1"),
    ("variant is a word", "{set: {basic: {groups: 2}}, because: half the weights}", "grouped", "14: study.variants.groups-2: a variant is a mapping of changes such as {set: {basic: {groups:"),
    ("unknown protocol", "{extends: smoke, epochs: 1}", "smok", "9: protocol: no protocol is called 'smok': did you mean 'smoke'?"),
    ("unknown protocol field", "epochs: 1}", "epoch: 1}", "9: protocol.epoch: no field is called 'epoch': did you mean 'epochs'?"),
    ("input of two sides", "[1, 8, 8]", "[8, 8]", "2: network.input[3]: is missing"),
    ("base that is not there", "network:", "extends: nothing\nnetwork:", "1: extends: 'nothing': no such file, and no saved recipe or network has that name:"),
    ("a key with quotes and without", "{extends: smoke, epochs: 1}", "{1: 2, '1': 3}", '9: protocol.1: "1" stands twice, with quotes and without: every name may stand once'),
    ("no name", VARIANT, "    null: {remove: basic}", "14: study.variants: a name is text, not null: put it in quotes"),
    ("a switch for a name", VARIANT, "    true: {remove: basic}", "14: study.variants: a name is text, not true: put it in quotes"),
    ("a day", "Does grouping matter?", "2020-01-01", "11: study.question: this is neither text nor a number, list or mapping: put it in quotes to"),
    ("a character that is none", "Does grouping matter?", '"a\\0b"', "11: study.question: contains a NUL"),
    ("half a character", "Does grouping matter?", '"\\ud800"', "11: study.question: contains a NUL"),
    ("a list with a tag", "[0, 1]", "!odd [0, 1]", "12: study.seeds: the tag '!odd' has no meaning here: a recipe is plain data"),
    ("a word for a switch", "epochs: 1}", "normalize: 'no'}", "9: protocol.normalize: 'no' is not true or false"),
    ("text for a share", "epochs: 1}", "validation: '0.1'}", "9: protocol.validation: '0.1' is not a number"),
    ("nothing for a number", STEM, "    - {block: conv, channels: null}", "5: network.blocks[1].channels: null is not a whole number"),
    ("a word for a block's switch", STEM, "    - {block: conv, channels: 4, bias: 'yes'}", "5: network.blocks[1].bias: 'yes' is not true or false"),
    ("a name that no file can have", "{extends: smoke, epochs: 1}", "x" * 300, "9: protocol: cannot be read: File name too long"),
    ("YAML syntax", "input: [1, 8, 8]", "input: [1, 8, 8", "3: not valid YAML at column 10: the '[' of line 2 is not closed, or a ',' is missing: expected"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "sentence"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_a_fault_is_reported_with_line_field_and_remedy(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert old in TINY
    path = write_recipe(tmp_path, TINY.replace(old, new, 1))
    with pytest.raises(NetlabError) as caught:
        load_recipe(path)
    lines = str(caught.value).splitlines()
    for line, expected in zip(lines, sentence.split("\n"), strict=True):
        assert line.startswith(f"{path}:{expected}")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "this file is empty"),
        ("- a\n- b\n", "this file is a list"),
        ("42\n", "this file is a single value"),
        ("network: !!python/object:os.system {}\n", "network"),
        ("network: !secret x\n", "the tag '!secret' has no meaning here"),
    ],
)
def test_what_is_no_recipe_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    path = write_recipe(tmp_path, text)
    with pytest.raises(NetlabError, match=r"tiny\.yaml") as caught:
        load_recipe(path)
    assert sentence in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    for name, sentence in (
        ("binary.yaml", "not a text file in UTF-8"),
        ("missing.yaml", "no such file"),
        (".", "is a folder"),
    ):
        with pytest.raises(NetlabError, match=sentence):
            load_recipe(tmp_path / name)


def test_a_name_that_no_file_can_have_is_refused() -> None:
    for name in ("x" * 300, "x/" * 3000, "\0"):
        with pytest.raises(NetlabError, match=r"cannot be read: File name too long|no such file"):
            load_recipe(name)


def test_recipes_that_extend_each_other(tmp_path: Path) -> None:
    write_recipe(tmp_path, "extends: b.yaml\n", "a.yaml")
    path = write_recipe(tmp_path, "extends: a.yaml\n", "b.yaml")
    with pytest.raises(NetlabError, match="extends this recipe in turn"):
        load_recipe(path)


def test_a_fault_in_the_base_names_the_base(tmp_path: Path) -> None:
    base = write_recipe(tmp_path, TINY.replace("channels: 4, stride: 2", "channels: x"))
    path = write_recipe(tmp_path, "extends: tiny\n", "more.yaml")
    with pytest.raises(NetlabError) as caught:
        load_recipe(path)
    assert str(caught.value).startswith(f"{base}:5: network.blocks[1].channels")
