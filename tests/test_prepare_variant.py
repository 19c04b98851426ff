"""Variants as they will be trained: repaired where a change broke them, scaled to match."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import small_networks
from cli_helpers import Shell
from small_networks import TINY, resnet14, write_recipe

import netlab
from netlab.analysis.match_cost import match_cost
from netlab.analysis.network_analysis import analyse
from netlab.analysis.prepare_variant import prepare_variant
from netlab.analysis.serve import answer
from netlab.errors import BlockError, NetlabError
from netlab.planning.plan import make_plan
from netlab.recipe.edit_trace import requested_fields
from netlab.recipe.edits import Edit, Insert, Remove, SetFields, Swap, apply_all
from netlab.recipe.network import Network
from netlab.recipe.study import Match

UNEVEN = small_networks.network(
    {"block": "conv", "channels": 16},
    {"block": "basic", "channels": 16},
    {"block": "basic", "channels": 24, "stride": 2},
    {"block": "basic", "channels": 18},
    {"block": "classifier"},
)


def prepare(network: Network, *edits: Edit) -> tuple[str, ...]:
    """What was repaired, in words."""
    return prepare_variant(
        apply_all(network, edits)[0], requested_fields(network, edits)
    ).descriptions


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ([SetFields("basic", {"groups": 2})], ()),
        ([SetFields("basic", {"groups": 4})], ("repaired: row 4 (basic): groups 4 → 3",)),
        (
            [SetFields("basic", {"shortcut": "identity"})],
            (
                "repaired: row 3 (basic): shortcut identity → projection",
                "repaired: row 4 (basic): shortcut identity → projection",
            ),
        ),
        (
            [Insert(5, UNEVEN.blocks[0].model_copy(update={"kernel": 16, "padding": 0})),
             SetFields("network", {"norm": "none"}), SetFields(3, {"stride": 4})],
            None,
        ),
        ([SetFields(2, {"groups": 8}), SetFields(1, {"channels": 12})], None),
        ([SetFields(1, {"channels": 12})], ()),
        ([SetFields(4, {"groups": 4})], None),
        ([SetFields("basic", {"groups": 7})], None),
        ([Remove(3), SetFields("basic", {"attention": "se", "reduction": 17})],
         ("repaired: row 2 (basic): reduction 17 → 16",)),
    ],
)  # fmt: skip
def test_what_was_set_on_several_rows_is_repaired_where_one_value_is_nearest(
    edits: list[Edit], words: tuple[str, ...] | None
) -> None:
    if words is None:
        with pytest.raises(BlockError):
            prepare(UNEVEN, *edits)
    else:
        assert prepare(UNEVEN, *edits) == words


GROUPED = small_networks.network(
    {"block": "conv", "channels": 16},
    {"block": "basic", "channels": 16, "groups": 8},
    {"block": "classifier"},
)


def test_a_row_that_the_change_was_not_about_is_repaired() -> None:
    edit = SetFields("conv", {"channels": 20})
    assert prepare(GROUPED, edit) == ("repaired: row 2 (basic): groups 8 → 4",)
    pooled = small_networks.network(
        {"block": "conv", "channels": 4, "stride": 8},
        {"block": "conv", "channels": 4, "stride": 4},
        {"block": "classifier"},
    )
    more = Insert(1, small_networks.network({"block": "pool"}).blocks[0])
    assert prepare(pooled, more) == ("repaired: row 3 (conv): stride 4 → 2",)


def test_a_network_as_it_is_written_is_never_repaired() -> None:
    broken = SetFields("basic", {"groups": 4}).apply(UNEVEN)
    with pytest.raises(BlockError, match="groups 4 does not divide the 18 channels out"):
        prepare_variant(broken)


@pytest.mark.parametrize("cost", ["macs", "params"])
@pytest.mark.parametrize(
    "edit",
    [
        SetFields("basic", {"groups": 2}),
        SetFields("basic", {"groups": 4}),
        Swap("basic", "dense-residual"),
        SetFields("basic", {"convolution": "separable"}),
        SetFields("basic", {"attention": "se", "reduction": 4}),
    ],
    ids=["groups-2", "groups-4", "dense", "separable", "attention"],
)
def test_a_variants_cost_is_brought_within_the_margin(edit: Edit, cost: str) -> None:
    base = resnet14()
    target = getattr(analyse(base).cost, cost)
    found = match_cost(analyse(edit.apply(base)), analyse(base).cost, Match(**{cost: "3%"}))
    assert getattr(found.analysis.cost, cost) == pytest.approx(target, rel=0.03)
    assert apply_all(edit.apply(base), found.edits)[0] == found.analysis.network
    assert analyse(found.analysis.network) == found.analysis


def test_what_cannot_be_matched_says_how_near_it_gets() -> None:
    narrow = small_networks.network({"block": "conv", "channels": 3}, {"block": "classifier"})
    base = analyse(SetFields("conv", {"kernel": 1}).apply(narrow)).cost
    with pytest.raises(NetlabError, match=r"within 1% of the baseline's .*% would work"):
        match_cost(analyse(narrow), base, Match(macs="1%"))


MATCHED = TINY.replace(
    "    groups-2: {set: {basic: {groups: 2}}, because: half the weights}",
    """\
    groups-2: {set: {basic: {groups: 2}}, match: {params: 9%}}
    plain: {set: {basic: {shortcut: none}}}""",
).replace("channels: 4", "channels: 12")


def test_the_plan_says_what_was_scaled_and_to_what(shell: Shell) -> None:
    path = write_recipe(shell.folder, MATCHED.replace("study:\n", "study:\n  match: {macs: 2%}\n"))
    plan = make_plan(str(path))
    base, grouped, plain = (analysis.cost for analysis in plan.analyses)
    assert grouped.params == pytest.approx(base.params, rel=0.09)
    assert plain.macs == base.macs
    variants = shell("plan", str(path), "--no-estimate", "--json").json["variants"]
    assert variants[1]["changes"][0] == "basic: groups 1 → 2"
    assert variants[1]["changes"][1].startswith("scaled: width 1 → ")
    assert variants[2]["changes"][1] == (
        f"not scaled: {plain.macs:,} MACs (+0.0 % of the baseline's) as it is"
    )
    first, *_, = shell("plan", str(path), "--no-estimate").out.splitlines()  # fmt: skip
    assert first == "3 variants × 2 seeds = 6 runs"
    variant = plan.recipe.variants[1]
    assert apply_all(plan.recipe.network, variant.edits)[0] == variant.network
    assert netlab.summarize(path, "groups-2").cost == grouped
    assert shell("summary", str(path), "--variant", "groups-2", "--json").json["params"] == (
        grouped.params
    )
    assert plan.entry().variants[1].changes == variant.changes


@pytest.mark.parametrize(
    ("match", "message"),
    [
        ("{by: width}", "14: study.variants.groups-2.match: match one cost"),
        ("{macs: 3%, params: 3%}", "14: study.variants.groups-2.match: match one cost"),
        ("{macs: 3}", "14: study.variants.groups-2.match.macs: a margin is a share such as 3%"),
        ("{macs: 0%}", "14: study.variants.groups-2.match.macs: "),
        ("{macs: 3%, by: depth}", "14: study.variants.groups-2.match.by: 'depth' is not one of"),
        ("width", "14: study.variants.groups-2.match: 'width' is not a mapping"),
    ],
)
def test_faults_of_matches(tmp_path: Path, match: str, message: str) -> None:
    path = write_recipe(tmp_path, MATCHED.replace("{params: 9%}", match))
    with pytest.raises(NetlabError) as caught:
        make_plan(str(path))
    assert f"{path}:{message}" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "{groups: 2}",
            "{groups: 3}",
            (
                "14: study.variants.groups-2: variant 'groups-2': block 2 (basic, line 6): "
                "groups 3 does not divide the 4 input channels; 1, 2 or 4 would work"
            ),
        ),
        (
            "{block: basic, channels: 4}",
            "{block: basic, channels: 4, groups: 3}",
            "6: network.blocks[2].groups: variant 'baseline': block 2 (basic): groups 3 does not",
        ),
        (
            "{block: classifier}",
            "{block: classifier, classes: 9}",
            (
                "7: network.blocks[3].classes: variant 'baseline': block 3 (classifier): this head "
                "scores 9 classes, but the network has 10: leave its 'classes' out"
            ),
        ),
        (
            "data: fashion-mini",
            "data: fashion-min",
            "8: data: no data set is called 'fashion-min': did you mean 'fashion-mini'?",
        ),
        (
            "data: fashion-mini",
            "data: folder:nowhere",
            "8: data: the folder of images ",
        ),
        (
            "data: fashion-mini",
            "data: cifar100",
            "8: data: network.classes is 10, but data set 'cifar100' has 100 classes: set",
        ),
    ],
)
def test_what_run_would_refuse_plan_refuses_with_file_and_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = write_recipe(tmp_path, TINY.replace(old, new, 1))
    with pytest.raises(NetlabError) as caught:
        make_plan(str(path))
    assert str(caught.value).startswith(f"{path}:{message}")


def test_a_design_whose_factors_break_a_row_is_repaired_in_every_network(tmp_path: Path) -> None:
    text = TINY[: TINY.index("  variants:")].replace("{block: basic,", "{block: basic, groups: 4,")
    text = text.replace("channels: 4", "channels: 8") + (
        "  design: leave-one-out\n  factors:\n    wide: {set: {conv: {channels: 10}}}\n"
        "    se: {set: {basic: {attention: se, reduction: 2}}}\n"
    )
    plan = make_plan(str(write_recipe(tmp_path, text)))
    changes = {variant.name: variant.changes for variant in plan.recipe.variants}
    assert plan.size_text == "3 variants × 2 seeds = 6 runs, leaving one out of wide and se"
    assert changes["baseline"] == ("repaired: row 2 (basic): groups 4 → 2",)
    assert changes["without-se"][-1] == "repaired: row 2 (basic): groups 4 → 2"
    assert changes["without-wide"] == ("row 1: channels 10 → 8",)


def ask_server(question: dict[str, Any]) -> dict[str, Any]:
    reply: dict[str, Any] = answer(json.loads(json.dumps({"id": 1, "ask": "prepare", **question})))
    found: dict[str, Any] = reply["answer"]
    return found


def test_the_warm_process_settles_variants() -> None:
    edit = SetFields("basic", {"groups": 4})
    as_json = {"input": [3, 32, 32], **edit.apply(UNEVEN).to_dict()}
    base = {"input": [3, 32, 32], **UNEVEN.to_dict()}
    question = {"network": as_json, "requests": requested_fields(UNEVEN, [edit]), "baseline": base}
    found = ask_server({**question, "match": {"macs": "5%"}})
    assert found["descriptions"][0] == "repaired: row 4 (basic): groups 4 → 3"
    assert found["descriptions"][1].startswith("scaled: width 1 → ")
    assert found["fault"] is None
    network = apply_all(edit.apply(UNEVEN), tuple(SetFields(**e) for e in found["edits"]))[0]
    assert Network.model_validate(found["network"]) == network
    assert found["total"]["macs"] == analyse(network).cost.macs
    assert ask_server({"network": as_json})["fault"]["row"] == 4
    missed = ask_server({**question, "match": {"macs": "0.001%"}})
    assert "no width brings its MACs within" in missed["fault"]["message"]
