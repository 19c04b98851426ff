"""Compose: rows, palette and form, every action by its key."""

from __future__ import annotations

from pathlib import Path

import pytest
from compose_app import ComposeDriver, compose
from textual.geometry import Offset
from textual.widgets import Input

from netlab.recipe.edits import SetFields
from tui.compose.block_palette import BlockPalette
from tui.compose.totals import Totals
from tui.widgets.options import VimOptions

LAB = "lab.db"


def test_the_first_row_is_selected_and_rows_tell_shape_parameters_and_share(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        assert at.rows.cursor == 1
        assert at.rows.has_focus
        assert at.line(0).split()[:2] == ["network", "3×32×32"]
        assert at.line(3).split() == [
            "3", "basic", "×2", "32", "·", "stride", "2", "32×16×16", "64", "▉", "18", "%",
        ]  # fmt: skip

    compose(tmp_path / LAB, scenario)


def test_a_block_is_searched_and_inserted_after_the_selected_row(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("i", *"resn")
        await at.press("enter")
        assert at.kinds == ["conv", "resnext", "basic", "basic", "basic", "classifier"]
        # 32 paths do not divide the 8 inner channels: it comes with what fits
        assert at.network.blocks[1].fields() == {"channels": 16, "groups": 8}
        assert at.rows.cursor == 2
        assert at.rows.has_focus

    compose(tmp_path / LAB, scenario)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
def test_the_palette_comes_when_called_and_leaves_by_escape(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async def scenario(at: ComposeDriver) -> None:
        palette = at.screen.query_one(BlockPalette)
        assert palette.display == (size[0] >= 150)
        await at.press("i")
        assert palette.display
        assert palette.query_one(Input).has_focus
        await at.press(*"zzz", "escape")
        assert palette.query_one(Input).value == ""
        assert palette.display == (size[0] >= 150)
        assert at.rows.has_focus
        assert len(at.kinds) == 5

    compose(tmp_path / LAB, scenario, size)


def test_after_a_head_nothing_can_come_so_a_block_is_put_before_it(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("end", "i", *"pool", "enter")
        assert at.kinds[-2:] == ["pool", "classifier"]

    compose(tmp_path / LAB, scenario)


def test_rows_are_duplicated_deleted_cut_copied_and_pasted(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("d")
        assert at.kinds[:3] == ["conv", "conv", "basic"]
        assert at.rows.cursor == 2
        await at.press("delete")
        assert at.kinds[:2] == ["conv", "basic"]
        await at.press("home", "down", "x", "end", "up", "p")
        assert at.kinds == ["basic", "basic", "basic", "conv", "classifier"]
        await at.press("home", "down", "y", "p", "p")
        assert at.kinds[:3] == ["basic", "basic", "basic"]
        assert len(at.kinds) == 7

    compose(tmp_path / LAB, scenario)


def test_the_last_row_stays_and_pasting_nothing_says_what_to_do(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("p")
        assert len(at.kinds) == 5
        for _ in range(6):
            await at.press("delete")
        assert len(at.kinds) == 1

    compose(tmp_path / LAB, scenario)


@pytest.mark.parametrize(("down", "up"), [("J", "K"), ("shift+down", "shift+up")])
def test_rows_move_and_the_selection_goes_with_them(tmp_path: Path, down: str, up: str) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press(down)
        assert at.kinds[:2] == ["basic", "conv"]
        assert at.rows.cursor == 2
        await at.press(up)
        assert at.kinds[:2] == ["conv", "basic"]
        await at.press(up)
        assert at.rows.cursor == 1

    compose(tmp_path / LAB, scenario)


def test_repeat_goes_up_and_down_but_not_below_one(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("down", "plus", "plus")
        assert at.network.blocks[1].repeat == 4
        await at.press(*["minus"] * 6)
        assert at.network.blocks[1].repeat == 1

    compose(tmp_path / LAB, scenario)


def test_a_row_is_swapped_for_another_kind_and_keeps_what_both_have(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("down", "down", "s", *"inverted", "enter")
        assert at.kinds[2] == "inverted-residual"
        assert at.network.blocks[2].fields() == {"channels": 32, "stride": 2, "repeat": 2}
        await at.press("s", *"dense-block", "enter")
        assert at.network.blocks[2].fields() == {"layers": 4, "repeat": 2}

    compose(tmp_path / LAB, scenario)


def test_undo_and_redo_walk_the_whole_history(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        start = at.network
        await at.press("d", "plus", "J", "x")
        end = at.network
        await at.press("u", "u", "u", "u", "u")
        assert at.network == start
        await at.press("ctrl+r", "ctrl+y", "ctrl+r", "ctrl+y", "ctrl+r")
        assert at.network == end

    compose(tmp_path / LAB, scenario)


def test_totals_tell_the_change_against_the_baseline(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        assert at.totals.count("unchanged") == 3
        await at.press("d")
        await at.until(lambda: at.app.costs and at.app.costs.network == at.network)
        await at.pilot.pause()
        assert "+16 (+6.4 %)" in at.totals
        await at.press("b")
        await at.until(lambda: at.totals.count("unchanged") == 3)

    compose(tmp_path / LAB, scenario)


def test_figures_are_dimmed_until_the_analyser_has_answered(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        totals = at.screen.query_one(Totals)
        at.analyser.silent = True
        await at.press("d")
        assert any("dim" in str(span.style) for span in totals.render().spans)
        at.analyser.release_replies()
        await at.until(lambda: at.app.costs and at.app.costs.network == at.network)
        await at.pilot.pause()
        assert not any("dim" in str(span.style) for span in totals.render().spans)

    compose(tmp_path / LAB, scenario)


def test_editing_goes_on_while_the_analyser_is_dead_and_that_is_said(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        at.analyser.silent = True
        at.analyser.set_state("died")
        await at.press("d", "d", "u", "J")
        await at.until(lambda: "died, restarting" in at.totals)
        assert len(at.kinds) == 6
        await at.press("i", *"fire", "enter")
        assert "fire" in at.kinds

    compose(tmp_path / LAB, scenario, (160, 40))


def test_a_fault_is_told_on_its_row_and_one_key_mends_it(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        at.app.edit(SetFields(3, {"groups": 3}))
        await at.until(lambda: at.line(3).startswith("✗"))
        assert "groups 3 does not divide the 16 input channels" in at.line(3)
        assert "row 3" in at.totals
        await at.press("down", "down")
        assert "groups 3 does not divide" in at.problem
        assert "F4 takes groups 2" in at.problem
        await at.press("f4")
        assert at.network.blocks[2].fields()["groups"] == 2
        await at.until(lambda: at.problem == "")

    compose(tmp_path / LAB, scenario, (160, 40))


def test_the_mouse_selects_drags_and_double_clicks(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.click(at.rows, offset=Offset(8, 3))
        assert at.rows.cursor == 3
        await at.pilot.mouse_down(at.rows, offset=Offset(8, 1))
        await at.pilot.hover(at.rows, offset=Offset(8, 4))
        await at.pilot.mouse_up(at.rows, offset=Offset(8, 4))
        await at.pilot.pause()
        assert at.kinds == ["basic", "basic", "basic", "conv", "classifier"]
        await at.click(at.rows, offset=Offset(8, 2), times=2)
        await at.pilot.pause()
        assert at.form.has_focus

    compose(tmp_path / LAB, scenario)


def test_a_click_in_the_palette_inserts(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        options = at.screen.query_one(BlockPalette).query_one(VimOptions)
        await at.click(options, offset=Offset(4, options.get_option_index("se")))
        await at.until(lambda: at.kinds[:2] == ["conv", "se"])

    compose(tmp_path / LAB, scenario, (200, 60))


def test_it_stays_whole_through_every_size(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        for size in [(80, 24), (200, 60), (100, 30), (60, 18), (40, 10), (150, 40), (80, 24)]:
            await at.pilot.resize_terminal(*size)
            assert at.rows.size.width <= size[0]
            at.line(3)
        await at.press("d")
        assert len(at.kinds) == 6

    compose(tmp_path / LAB, scenario)
