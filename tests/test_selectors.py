"""Which rows a change meets, held against a plain reading of every selector."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import small_networks
from hypothesis import example, given
from hypothesis import strategies as st

from netlab.errors import EditError, NetlabError
from netlab.recipe.edits import Remove, SetFields, Swap
from netlab.recipe.loader import load_recipe
from netlab.recipe.network import Network
from netlab.recipe.selectors import select, stages

ROWS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(
        dict,
        block=st.sampled_from(["conv", "basic"]),
        channels=st.just(8),
        stride=st.sampled_from([1, 1, 2]),
        name=st.sampled_from([None, "early", "late"]),
    ),
    st.just({"block": "se"}),
    st.just({"block": "classifier"}),
)
NETWORKS = st.lists(ROWS, min_size=1, max_size=9).map(lambda rows: small_networks.network(*rows))
WORDS = st.sampled_from(["conv", "basic", "se", "early", "late", "stage"])
PLACES = st.one_of(
    st.integers(1, 9).map(lambda n: (f"{n}", {n})),
    st.tuples(st.integers(1, 9), st.integers(0, 3)).map(
        lambda ends: (f"{ends[0]}-{sum(ends)}", set(range(ends[0], sum(ends) + 1)))
    ),
    st.just(("odd", {1, 3, 5, 7, 9})),
    st.just(("even", {2, 4, 6, 8})),
    st.integers(1, 4).map(lambda n: (f"every {n}", {m for m in range(1, 10) if m % n == 0})),
)
INDICES = st.lists(PLACES, max_size=3)


def plainly(network: Network, word: str, index: list[tuple[str, set[int]]]) -> list[int]:
    """The rows that a person would count off, or none where one that is named is not there."""
    met, counted = [], 0
    wanted = set().union(*(numbers for _, numbers in index)) if index else set(range(1, 10))
    for row, spec in enumerate(network.blocks):
        if word == "stage":
            strides = [getattr(s, "stride", 1) for s in network.blocks[1 : row + 1]]
            place = 1 + sum(stride > 1 for stride in strides)
            if spec.block == "classifier":
                continue
            counted = max(counted, place)
        elif word in (spec.block, spec.name):
            counted += 1
            place = counted
        else:
            continue
        if place in wanted:
            met.append(row)
    named = [numbers for text, numbers in index if text[0].isdigit()]
    return [] if any(max(numbers) > counted for numbers in named) else met


@given(network=NETWORKS, word=WORDS, index=INDICES)
@example(
    network=small_networks.network(
        {"block": "classifier"}, {"block": "conv", "channels": 8, "stride": 2}
    ),
    word="stage",
    index=[("odd", {1, 3, 5, 7, 9})],
)
def test_a_selector_picks_what_a_plain_reading_picks(
    network: Network, word: str, index: list[tuple[str, set[int]]]
) -> None:
    where = f"{word}[{', '.join(text for text, _ in index)}]" if index else word
    if word == "stage" and not index:
        where, index = "stage 2", [("2", {2})]
    expected = plainly(network, word, index)
    if expected:
        assert list(select(network, where)) == expected
    else:
        with pytest.raises(EditError):
            select(network, where)


STAGED = small_networks.network(
    {"block": "conv", "channels": 8, "stride": 2},
    {"block": "basic", "channels": 8, "name": "early"},
    {"block": "branches", "branches": [
        {"name": "a", "blocks": [{"block": "conv", "channels": 8, "stride": 2}]},
        {"name": "b", "blocks": [{"block": "pool"}]},
    ]},
    {"block": "basic", "channels": 8, "name": "late"},
    {"block": "basic", "channels": 16, "stride": 2, "name": "late"},
    {"block": "classifier"},
)  # fmt: skip


def test_a_row_that_shrinks_the_map_begins_a_stage_and_heads_are_in_none() -> None:
    assert stages(STAGED) == (1, 1, 2, 2, 3, None)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (SetFields("basic", {"groups": 2}), "basic: groups 1 → 2"),
        (SetFields("2", {"groups": 2}), "row 2: groups 1 → 2"),
        (SetFields("basic[odd]", {"groups": 2}), "basic[odd] (rows 2 and 5): groups 1 → 2"),
        (SetFields("late", {"norm": "none"}), "late (rows 4 and 5): norm unset → none"),
        (SetFields("stage 2", {"groups": 2}), "stage 2 (row 4): groups 1 → 2"),
        (SetFields("conv", {"bias": True}), "conv: bias false → true"),
        (Swap("stage[2-3]", "conv"), "stage[2-3] (rows 3, 4 and 5) → conv"),
        (Remove("basic"), "without basic (rows 2, 4 and 5)"),
        (Remove(3), "without row 3"),
    ],
)
def test_the_rows_are_said_where_the_selector_does_not_say_them(edit: Any, words: str) -> None:
    assert edit.describe(STAGED) == words


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("basic[4]", r"the network has 3 rows of 'basic', so no basic\[4\]"),
        ("early[even]", r"the network has 1 row of 'early', so early\[even\] selects none"),
        ("stage 4", r"the network has 3 stages, so no stage\[4\]"),
        ("stage", "write which stage, such as 'stage 2'"),
        ("basic[2-1]", "a range goes up"),
        ("basic[every 0]", r"write positions such as \[2\]"),
        ("basic[]", r"write positions such as \[2\]"),
        ("lat", "no block 'lat': did you mean 'late'?"),
    ],
)
def test_a_selector_that_meets_nothing_says_why(where: str, message: str) -> None:
    with pytest.raises(EditError, match=message):
        select(STAGED, where)


def test_of_a_stage_those_rows_are_set_that_have_the_field() -> None:
    changed = SetFields("stage 2", {"groups": 2}).apply(STAGED)
    assert [getattr(spec, "groups", None) for spec in changed.blocks[2:4]] == [None, 2]
    with pytest.raises(EditError, match=r"no block there \(branches, basic\) has expansion"):
        SetFields("stage 2", {"expansion": 2}).apply(STAGED)


def test_a_name_changes_neither_what_is_computed_nor_the_hash(tmp_path: Path) -> None:
    plain = load_recipe(small_networks.write_recipe(tmp_path))
    text = small_networks.TINY.replace("{block: basic,", "{block: basic, name: middle,")
    text = text.replace("{basic: {groups", "{middle: {groups")
    called = load_recipe(small_networks.write_recipe(tmp_path, text, "named.yaml"))
    for one, other in zip(plain.variants, called.variants, strict=True):
        assert [s.hash for s in plain.specs(one)] == [s.hash for s in called.specs(other)]
        assert one.network.resolved_blocks() == other.network.resolved_blocks()
    assert called.variants[1].changes == ("middle (row 2): groups 1 → 2",)


@pytest.mark.parametrize("name", ["conv", "stage", "network", "2nd", "a b"])
def test_a_name_means_nothing_else(tmp_path: Path, name: str) -> None:
    text = small_networks.TINY.replace("{block: basic,", f"{{block: basic, name: {name},")
    with pytest.raises(NetlabError, match=r"6: network\.blocks\[2\]\.name"):
        load_recipe(small_networks.write_recipe(tmp_path, text))
