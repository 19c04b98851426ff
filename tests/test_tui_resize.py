"""Every screen and every dialog outlives any size of the terminal, and is then as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from every_mode import MODES, EveryModeDriver, in_every_mode, nothing_trains
from textual.widgets import Input
from tui_helpers import until, wait_until_settled

from tui.compose.block_palette import BlockPalette
from tui.compose.network_rows import NetworkRows

SIZES = [(79, 23), (60, 15), (30, 9), (1, 1), (200, 60)]
FEW = [(24, 7)]


async def through(at: EveryModeDriver, sizes: list[tuple[int, int]]) -> None:
    """Give the terminal those sizes, and in the end the one that it had."""
    for width, height in (*sizes, (80, 24)):
        await at.pilot.resize_terminal(width, height)
        await until(at.pilot, lambda: at.widest <= width)  # noqa: B023


async def complete(at: EveryModeDriver, marker: str) -> str:
    """What is shown once `marker` is, and everything has been read."""
    await until(at.pilot, lambda: marker in at.shown)
    await wait_until_settled(at.pilot, answered=True)
    return at.shown


@pytest.mark.parametrize("mode", MODES)
def test_every_size_in_every_screen_and_dialog(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_trains(monkeypatch, tmp_path / "work")

    async def scenario(at: EveryModeDriver) -> None:
        await at.go(mode)
        before = await complete(at, MODES[mode])
        await through(at, SIZES)
        await until(at.pilot, lambda: at.shown == before)
        for action in at.actions(mode):
            await at.go(mode)
            screen, focused = at.app.screen, at.app.focused
            await at.by_key(action)
            if at.app.current_mode == mode and (at.app.screen, at.app.focused) != (screen, focused):
                await through(at, FEW)

    in_every_mode(tmp_path, scenario)


@pytest.mark.parametrize("away", [False, True])
def test_a_part_that_goes_out_of_sight_is_left(away: bool, tmp_path: Path) -> None:
    async def scenario(at: EveryModeDriver) -> None:
        await at.go("compose")
        await at.pilot.click(at.base.query_one(BlockPalette).query_one(Input))
        if away:
            await at.app.switch_mode("ablate")
        await at.pilot.resize_terminal(80, 24)
        if away:
            await at.app.switch_mode("compose")
        await until(at.pilot, lambda: isinstance(at.app.focused, NetworkRows))
        await at.press("3")
        await until(at.pilot, lambda: at.app.current_mode == "train")

    in_every_mode(tmp_path, scenario, (160, 45))


def test_too_small_a_terminal_is_told_what_would_do(tmp_path: Path) -> None:
    async def scenario(at: EveryModeDriver) -> None:
        assert "cramped" not in at.shown
        await at.pilot.resize_terminal(79, 24)
        assert "79×24 is cramped" in at.shown
        await at.pilot.resize_terminal(59, 15)
        assert "60×15 is the least" in at.shown
        assert "channels" not in at.shown

    in_every_mode(tmp_path, scenario)
