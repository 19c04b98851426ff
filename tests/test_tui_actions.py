"""Every action of every mode is really done from the palette, one after the other.

That every action has its keys and its method is test_tui_palette.py's; by key, and through every
size of the terminal, they are all done in test_tui_resize.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from every_mode import MODES, EveryModeDriver, in_every_mode, nothing_trains
from permissions import binding


@pytest.mark.parametrize("mode", MODES)
def test_every_action_can_be_done(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_trains(monkeypatch, tmp_path / "work")

    async def scenario(at: EveryModeDriver) -> None:
        for action in at.actions(mode):
            await at.go(mode)
            await at.by_palette(action)
        await at.go(mode)
        assert at.base.is_live
        assert at.shown.count("\n") == 35

    in_every_mode(tmp_path, scenario, (120, 36))


@pytest.mark.parametrize("mode", ["train", "compare", "guides"])
def test_every_action_can_be_tried_on_a_lab_that_may_only_be_read(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_trains(monkeypatch, tmp_path / "work")
    lab = tmp_path / "lab.db"

    async def scenario(at: EveryModeDriver) -> None:
        lab.chmod(0o400)
        tmp_path.chmod(0o500)
        before = lab.read_bytes()
        for action in at.actions(mode):
            await at.go(mode)
            await at.by_palette(action)
        await at.go(mode)
        assert at.base.is_live
        assert lab.read_bytes() == before

    try:
        with binding():
            in_every_mode(tmp_path, scenario)
    finally:
        tmp_path.chmod(0o700)
