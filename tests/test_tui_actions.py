"""Every action of every mode is really done from the palette, one after the other.

That every action has its keys and its method is test_tui_palette.py's; by key, and through every
size of the terminal, they are all done in test_tui_resize.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from every_mode import MODES, EveryMode, in_every_mode, nothing_trains


@pytest.mark.parametrize("mode", MODES)
def test_every_action_can_be_done(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_trains(monkeypatch, tmp_path / "work")

    async def scenario(at: EveryMode) -> None:
        for action in at.actions(mode):
            await at.go(mode)
            await at.by_palette(action)
        await at.go(mode)
        assert at.base.whole
        assert at.shown.count("\n") == 35

    in_every_mode(tmp_path, scenario, (120, 36))
