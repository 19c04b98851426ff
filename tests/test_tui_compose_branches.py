"""Branches are composed from within like any network; rows are found by number and by words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from compose_app import ComposeDriver, compose
from textual.widgets import Input

from netlab.blocks.branches import Branches
from netlab.errors import EditError
from netlab.recipe.branch_paths import branch_at, branches_to_dicts, row_at
from netlab.recipe.edits import Insert, Remove, SetBranches, SetFields, Within
from netlab.recipe.network import Network
from tui.compose.autosave.session_json import session_from_json, session_to_json
from tui.compose.branch_edits import (
    BranchNetwork,
    Rename,
    branch_as_network,
    with_copied_branch,
)
from tui.compose.breadcrumb import Breadcrumb
from tui.compose.find import RowSearch, matching_rows
from tui.model.network_document import NetworkDocument
from tui.model.study_history import StudyHistory

LAB = "lab.db"
CONV: dict[str, Any] = {"block": "conv", "channels": 8}
INNER = {
    "block": "branches",
    "branches": [{"name": "deep", "blocks": [CONV, CONV]}, {"name": "as-is", "blocks": []}],
}
NETWORK = Network.model_validate(
    {
        "input": [3, 16, 16],
        "blocks": [
            CONV,
            {
                "block": "branches",
                "branches": [
                    {"name": "a", "blocks": [CONV, {"block": "pool"}]},
                    {"name": "[/x", "blocks": [CONV, INNER]},
                ],
            },
            {"block": "classifier"},
        ],
    }
)
DEEP = ((2, 1), (2, 0))


def test_an_edit_within_a_branch_changes_nothing_around_it() -> None:
    changed = Within(DEEP, SetFields(1, {"channels": 24})).apply(NETWORK)
    assert [spec.fields() for spec in branch_at(changed, DEEP).blocks] == [
        {"channels": 24},
        {"channels": 8},
    ]
    assert Within(DEEP, SetFields(1, {"channels": 8})).apply(changed) == NETWORK
    words = Within(DEEP, SetFields(1, {"channels": 24})).describe(NETWORK)
    assert words == "row 2 in 2, branch deep: row 1: channels 8 → 24"


def test_the_last_block_of_a_branch_may_go_and_come_back() -> None:
    empty = Within(((2, 0),), Remove(1)).apply(Within(((2, 0),), Remove(1)).apply(NETWORK))
    assert branch_at(empty, ((2, 0),)).blocks == ()
    back = Within(((2, 0),), Insert(1, NETWORK.blocks[0])).apply(empty)
    assert branch_at(back, ((2, 0),)).blocks == (NETWORK.blocks[0],)


def test_edits_of_branches_are_kept_and_undone() -> None:
    copies, name = with_copied_branch(row_at(NETWORK, ((2, 0),)), 0)
    assert name == "a-2"
    document = NetworkDocument.of(NETWORK).edited(Within(DEEP, Remove(2)))
    document = document.edited(SetBranches(2, copies, "new"))
    with pytest.raises(EditError):
        document.edited(Within(((2, 0),), SetBranches(1, [], "a conv has no branches")))
    stored = session_to_json(document, StudyHistory(), None)
    read = session_from_json(json.loads(json.dumps(stored)))[0]
    assert read == document
    assert read.undone().undone().network == NETWORK


@pytest.mark.parametrize("steps", [((1, 0),), ((9, 0),), ((2, 7),), ((2, 0), (1, 0))])
def test_a_branch_that_is_not_there_is_told(steps: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(EditError, match="has no branch"):
        Within(steps, Remove(1)).apply(NETWORK)


@pytest.mark.parametrize("name", ["", "a", "x" * 41, "\x1b[31m", "a\u202eb"])
def test_a_branch_cannot_be_called_just_anything(name: str) -> None:
    branch = branch_as_network(NETWORK, ((2, 1),), (8, 16, 16))
    assert branch.others == ("a",)
    with pytest.raises(EditError):
        Rename(name).apply(branch)


def told_trail(at: ComposeDriver) -> str:
    trail = at.screen.query_one(Breadcrumb)
    return trail.render().plain if trail.display else ""


async def opened(at: ComposeDriver) -> None:
    """Open the branches of the network above."""
    at.app.document = NetworkDocument.of(NETWORK)
    await at.until(lambda: at.app.costs and at.app.costs.network == NETWORK)
    await at.press("home", "down", "down", "right")
    await at.until(lambda: at.screen.navigator.costs is not None)


def names(at: ComposeDriver) -> list[str]:
    row = at.network.blocks[1]
    assert isinstance(row, Branches)
    return [branch.name for branch in row.branches]


def inner(at: ComposeDriver) -> BranchNetwork:
    network = at.screen.navigator.network
    assert isinstance(network, BranchNetwork)
    return network


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_branches_are_composed_from_within(tmp_path: Path, size: tuple[int, int]) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await opened(at)
        assert told_trail(at).startswith("network › 2 branches › a (1 of 2)")
        assert at.line(0).split()[:3] == ["branch", "a", "·"]
        assert at.line(1).split()[:3] == ["1", "conv", "8"]
        assert "8×16×16" in at.line(1)

        await at.press("greater_than_sign", "down", "right")
        await at.until(lambda: at.screen.navigator.costs is not None)
        assert "[/x › 2 branches › deep (1 of 2)" in told_trail(at)
        await at.press("enter", "right", "escape", "d")  # another width, once more
        assert [b.fields()["channels"] for b in inner(at).blocks] == [16, 16, 8]
        assert branch_at(at.network, DEEP).blocks == inner(at).blocks
        await at.press("u", "u")
        assert at.network == NETWORK
        assert inner(at).name == "deep"

        await at.press("less_than_sign")
        assert "no blocks: the input stays unchanged" in at.line(0)
        await at.press("i", *"pool", "enter")
        assert [spec.block for spec in inner(at).blocks] == ["pool"]
        await at.press("escape", "escape")
        assert told_trail(at) == ""
        assert at.rows.cursor == 2
        assert at.app.costs is not None

    compose(tmp_path / LAB, scenario, size)


def test_branches_are_added_renamed_and_taken_out(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await opened(at)
        await at.press("D")
        assert names(at) == ["a", "[/x"]  # of two, both stay
        await at.press("n")
        assert names(at) == ["a", "a-2", "[/x"]
        assert inner(at).name == "a-2"
        await at.press("home", "enter", "enter")
        await at.type("a")
        assert at.problem == "✗ another branch is called 'a'"
        await at.type("5×5 🦊")
        await at.press("enter")
        assert names(at) == ["a", "5×5 🦊", "[/x"]
        await at.press("escape", "D")
        assert names(at) == ["a", "[/x"]
        await at.press("u", "u", "u")
        assert at.network == NETWORK
        assert told_trail(at) == ""  # what is undone is around the branch: it is shown

    compose(tmp_path / LAB, scenario)


def test_the_form_opens_branches_and_faults_inside_are_mended_inside(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await opened(at)
        await at.press("h")
        assert told_trail(at) == ""
        await at.field("branches")
        assert "a, [/x  enter opens" in at.form.line(at.form.cursor, 60).plain
        assert "a: conv → pool; [/x: " in at.line(2)
        await at.press("enter")
        assert told_trail(at)
        faulty = Within(((2, 0),), SetFields(1, {"groups": 3}))
        at.app.edit(faulty)
        await at.until(lambda: at.line(1).startswith("✗"))
        assert "F4 takes groups 2" in at.problem
        await at.press("f4")
        assert inner(at).blocks[0].fields()["groups"] == 2
        await at.until(lambda: not at.line(1).startswith("✗"))

    compose(tmp_path / LAB, scenario)


def test_what_has_no_blocks_inside_says_so(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        for key in ("right", "left", "greater_than_sign", "n", "D"):
            await at.press("down", key)
            assert told_trail(at) == ""
        assert len(at.app._notifications) == 4

    compose(tmp_path / LAB, scenario)


@pytest.mark.parametrize(
    ("query", "rows"),
    [("2", (2,)), ("02", (2,)), ("9", ()), ("9" * 5000, ()), ("conv", (1, 2)), ("branch", (2,)),
     ("CONV 8", (1,)), ("", ()), ("  ", ()), ("[/x:", (2,)), ("[/y", ()), ("🦊" * 99, ()), ("\u202ex", ())],
)  # fmt: skip
def test_rows_are_found_by_number_and_by_words(query: str, rows: tuple[int, ...]) -> None:
    assert matching_rows(NETWORK, query) == rows


def test_a_search_goes_there_at_once_and_escape_comes_back(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        find = at.screen.query_one(RowSearch)
        await at.press("slash", "4")
        assert find.has_class("-called")
        assert at.rows.cursor == 4
        await at.press("enter")
        assert at.rows.has_focus
        assert not find.has_class("-called")
        await at.press("home", "slash", *"basic")
        assert at.rows.cursor == 2
        await at.press("down", "down")
        assert at.rows.cursor == 4
        await at.press("down")
        assert at.rows.cursor == 2
        find.query_one(Input).value = "[/x"
        await at.press("escape")
        assert at.rows.cursor == 0
        assert at.rows.has_focus

    compose(tmp_path / LAB, scenario, (80, 24))


def test_branches_are_told_as_recipes_write_them() -> None:
    row = row_at(NETWORK, ((2, 0),))
    assert branches_to_dicts(row.branches) == row.fields()["branches"]
