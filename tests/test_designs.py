"""What the design of a study makes of its factors."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from small_networks import TINY, write_recipe

from netlab.errors import NetlabError
from netlab.recipe.designs import build_design
from netlab.recipe.loader import load_recipe
from netlab.recipe.recipe import Recipe

FACTORS = """\
  factors:
    groups: {set: {basic: {groups: 2}}, because: half the weights, expect: a point less}
    se: {set: {basic: {attention: se, reduction: 2}}, because: channels are weighed}
    wide: {edits: [{set: {conv: {channels: 8}}}, {set: {basic: {channels: 8}}}]}
"""


def recipe(folder: Path, design: str, more: str = "", factors: str = FACTORS) -> Recipe:
    text = TINY[: TINY.index("  variants:")] + f"  design: {design}\n{factors}{more}"
    return load_recipe(write_recipe(folder, text))


@pytest.mark.parametrize("count", range(1, 7))
def test_a_full_factorial_has_every_combination_once(count: int) -> None:
    factors = [*"abcdef"[:count]]
    made = build_design("factorial", factors).combinations
    assert [one.name for one in made[1 : count + 1]] == factors
    assert made[-1].name == "+".join(factors)
    assert len({frozenset(one.factors) for one in made}) == len(made) == 2**count


def test_a_factorial_applies_each_of_its_factors_and_no_other(tmp_path: Path) -> None:
    study = recipe(tmp_path, "factorial")
    names = ["groups", "se", "wide"]
    every = ["+".join(some) for size in (1, 2, 3) for some in combinations(names, size)]
    assert [variant.name for variant in study.variants] == ["baseline", *every]
    for variant in study.variants:
        basic = variant.network.blocks[1]
        values = (getattr(basic, n) for n in ("groups", "attention", "channels"))
        has = set(variant.name.split("+"))
        assert tuple(values) == (
            2 if "groups" in has else 1,
            "se" if "se" in has else "none",
            8 if "wide" in has else 4,
        )
    assert study.variants[4].because == "half the weights; channels are weighed"
    assert study.variants[1].expect == "a point less"
    assert study.design["design"] == "factorial"
    assert study.design["applied"]["groups+wide"] == ["groups", "wide"]
    assert [*study.design["factors"]] == names


def test_leaving_one_out_starts_from_all_of_them(tmp_path: Path) -> None:
    study = recipe(tmp_path, "leave-one-out")
    assert [v.name for v in study.variants] == [
        "baseline",
        "without-groups",
        "without-se",
        "without-wide",
    ]
    assert study.network.blocks[1].fields() == {
        "channels": 8,
        "groups": 2,
        "attention": "se",
        "reduction": 2,
    }
    assert [variant.changes for variant in study.variants] == [
        (),
        ("row 2: groups 2 → 1",),
        ("row 2: attention se → none, reduction 2 → 16",),
        ("row 2: channels 8 → 4", "row 1: channels 8 → 4"),
    ]


def test_adding_one_in_starts_from_the_network_as_it_stands(tmp_path: Path) -> None:
    more = "  variants:\n    plain: {set: {basic: {shortcut: none}}}\n"
    study = recipe(tmp_path, "add-one-in", more)
    assert {v.name: v.changes for v in study.variants[1:]} == {
        "with-groups": ("basic: groups 1 → 2",),
        "with-se": ("basic: attention none → se, reduction 16 → 2",),
        "with-wide": ("conv: channels 4 → 8", "basic: channels 4 → 8"),
        "plain": ("basic: shortcut projection → none",),
    }


def test_factors_alone_are_variants(tmp_path: Path) -> None:
    names = [v.name for v in recipe(tmp_path, "one-factor").variants]
    assert names == ["baseline", "groups", "se", "wide"]


SWAP = "  factors:\n    dense: {swap: {basic: dense-residual}}\n    groups: {set: {basic: {groups: 2}}}\n"
SAME = "  factors:\n    a: {set: {basic: {groups: 2}}}\n    b: {set: {basic: {groups: 4}}}\n"
MANY = "  factors:\n" + "".join(
    f"    f{n}: {{set: {{conv: {{channels: {n}}}}}}}\n" for n in range(5, 12)
)


@pytest.mark.parametrize(
    ("design", "factors", "more", "message"),
    [
        ("factorial", "", "", "10: study: a factorial design combines factors: write them as"),
        ("facotrial", FACTORS, "", "13: study.design: 'facotrial' is not one of one-factor"),
        (
            "factorial",
            SWAP,
            "",
            "16: study.factors.groups.set.basic: the network has no block 'basic': known are",
        ),
        ("factorial", SAME, "", "14: study.factors: 'a+b' is the same network as 'b'"),
        ("factorial", MANY, "", "14: study.factors: 7 factors have 128 combinations"),
        (
            "factorial",
            FACTORS.replace("groups:", "a+b:", 1),
            "",
            "15: study.factors.a+b: '+' joins the names of factors",
        ),
        (
            "add-one-in",
            FACTORS.replace("groups: 2", "groups: 1"),
            "",
            "15: study.factors.groups: changes nothing",
        ),
        (
            "add-one-in",
            FACTORS,
            "  variants: {with-se: {remove: 1}}\n",
            "18: study.variants.with-se: the design makes a variant of this name",
        ),
        (
            "one-factor",
            FACTORS.replace("groups:", "baseline:", 1),
            "",
            "14: study.factors: 'baseline' is the network itself",
        ),
    ],
)
def test_faults_of_designs(
    tmp_path: Path, design: str, factors: str, more: str, message: str
) -> None:
    with pytest.raises(NetlabError) as caught:
        recipe(tmp_path, design, more, factors)
    assert f"tiny.yaml:{message}" in str(caught.value)
