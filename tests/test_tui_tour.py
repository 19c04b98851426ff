"""The newcomer's way: from the greeting to a trained comparison, by keys alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from data_helpers import class_folders
from lab_studies import study
from textual.pilot import Pilot
from train_labs import screen_text
from tui_helpers import drive, quiet_app, until

from netlab.lab.store import Lab
from netlab.recipe.loader import load_recipe
from tui.ablate.screen import AblateScreen
from tui.ablate.study_dialogs import FileDialog, VariantDialog
from tui.app import NetlabApp
from tui.compare.screen import CompareScreen
from tui.compose.totals import Totals
from tui.config.settings import Settings
from tui.tour.first_run import check_lab
from tui.tour.starters import STUDIES, Starter, starters
from tui.tour.steps import NETWORK_TOUR, STUDY_TOUR, key_count
from tui.tour.welcome import Welcome
from tui.train.screen import TrainScreen
from tui.widgets.search_list import Item

RECIPE = """
network:
  input: [3, 8, 8]
  classes: 2
  blocks:
    - {{block: conv, channels: 4}}
    - {{block: basic, channels: 4}}
    - {{block: classifier}}
data: folder:{data}
protocol: {{extends: smoke, epochs: 1, batch_size: 8}}
study:
  seeds: [0]
  variants:
    groups-2: {{set: {{basic: {{groups: 2}}}}}}
"""


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of two networks that is trained in a moment; it is offered instead of the demo."""
    class_folders(tmp_path / "data", {"ant": 20, "bee": 20})
    file = tmp_path / "tiny.yaml"
    file.write_text(RECIPE.format(data=tmp_path / "data"), encoding="utf-8")
    offer = Starter(Item(f"file:{file}", STUDIES, "tiny", ""), STUDY_TOUR)
    monkeypatch.setattr("tui.app.starters", lambda: (offer,))
    monkeypatch.chdir(tmp_path)
    return file


class Newcomer:
    """Presses keys, and counts them."""

    def __init__(self, app: NetlabApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot
        self.pressed: list[str] = []

    async def press(self, *keys: str) -> None:
        self.pressed += keys
        await self.pilot.press(*keys)

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait, and leave the processor to the workers meanwhile; says what was seen last."""
        deadline = time.monotonic() + 240
        while not holds():
            assert time.monotonic() < deadline, f"after {self.pressed}:\n{screen_text(self.pilot)}"
            await self.pilot.pause(0.05)

    async def trained(self, runs: int) -> None:
        """Wait until Train has seen so many runs end."""

        def ended() -> bool:
            screen = self.app.screen
            groups = screen.selection.snapshot.groups if isinstance(screen, TrainScreen) else ()
            return any(group.counts["done"] == runs for group in groups)

        await self.until(ended)

    async def shown(self, *words: str) -> None:
        """Wait until the terminal shows all these."""
        await self.until(lambda: all(word in screen_text(self.pilot) for word in words))


def test_five_keys_lead_to_a_comparison_and_a_change_of_ones_own_follows(
    recipe: Path, tmp_path: Path
) -> None:
    lab = tmp_path / "lab.db"
    app = NetlabApp(lab, greets_newcomer=True)

    async def scenario(pilot: Pilot[Any]) -> None:
        at = Newcomer(app, pilot)
        await at.until(lambda: isinstance(app.screen, Welcome))
        await at.shown("Five keys from here to a comparison")
        await at.press("enter")
        await at.shown("Step 2 of 5   2", "tiny")
        await at.press("2")
        await at.until(lambda: isinstance(app.screen, AblateScreen))
        await at.shown("Step 3 of 5   s", "groups-2", "2 runs")
        await at.press("s")
        await at.until(lambda: isinstance(app.screen, TrainScreen))
        await at.trained(2)
        await at.shown("Step 4 of 5   4", "2 of 2 done")
        await at.press("4")
        await at.until(lambda: isinstance(app.screen, CompareScreen))
        await at.shown("Step 5 of 5   y", "baseline", "groups-2")
        await at.press("y")
        assert "\n| groups-2 " in app.clipboard
        assert len(at.pressed) == key_count(STUDY_TOUR) == 5
        await at.until(lambda: "Step" not in screen_text(pilot))

        await at.press("1", "down", "enter", "right")  # one channel more in row 2
        await at.until(lambda: app.document.changed)
        await at.until(lambda: app.costs and app.costs.network == app.document.network)
        assert "+" in app.screen.query_one(Totals).render().plain
        await at.press("2")
        await at.shown("1 change away")
        await at.press("r")
        await at.until(lambda: isinstance(app.screen, VariantDialog))
        await at.press("enter")
        await at.shown("3 runs")
        await at.press("s")
        await at.until(lambda: isinstance(app.screen, FileDialog))
        await at.press("enter", "enter")  # over the file that is there: asked twice
        await at.until(lambda: isinstance(app.screen, TrainScreen))
        await at.trained(3)
        await at.press("4")
        await at.shown("3 variants")
        await at.press("y")
        assert "\n| channels-5 " in app.clipboard

    drive(app, scenario, (80, 24))
    with Lab.open(lab, readonly=True) as opened:
        assert {plan.study for plan in opened.studies.conditions()} == {"tiny"}
    assert len(load_recipe(str(recipe)).variants) == 3


def test_what_is_offered_can_be_opened_and_the_first_needs_nothing_but_netlab() -> None:
    from tui.compose.open_items import load_item

    first, *_ = starters()
    assert load_item(first.item).study.data == "fashion-mini"
    assert key_count(first.tour) == 5
    for offer in starters():
        assert (offer.item.group == STUDIES) == bool(load_item(offer.item).study.variants)
        assert offer.tour is (STUDY_TOUR if offer.item.group == STUDIES else NETWORK_TOUR)


def test_only_who_has_nothing_is_greeted_and_only_once(tmp_path: Path) -> None:
    lab = tmp_path / "lab.db"

    def started(*, greeted: bool) -> None:
        app = NetlabApp(lab, analyser=quiet_app(lab).analyser, greets_newcomer=True)

        async def scenario(pilot: Pilot[Any]) -> None:
            if greeted:
                await until(pilot, lambda: isinstance(app.screen, Welcome))
                await pilot.press("4")  # keys of modes are not in its way
                await until(pilot, lambda: isinstance(app.screen, CompareScreen))
            assert app._greets_newcomer == greeted

        drive(app, scenario)

    started(greeted=True)
    started(greeted=False)


def test_a_lab_with_runs_greets_nobody(tmp_path: Path) -> None:
    lab = tmp_path / "lab.db"
    with Lab.open(lab, create=True) as opened:
        opened.studies.register(study("widths"))
    assert not check_lab(lab).empty
    lab.write_bytes(b"not a lab")
    assert not check_lab(lab).empty
    lab.unlink()
    assert check_lab(lab).empty


def test_who_begins_with_a_network_is_led_over_a_variant_and_the_guide_goes_when_asked(
    tmp_path: Path,
) -> None:
    app = quiet_app(tmp_path / "lab.db", Settings(keys={"app.first-steps": "f9"}))

    async def scenario(pilot: Pilot[Any]) -> None:
        at = Newcomer(app, pilot)
        await at.press("f9")
        await at.until(lambda: isinstance(app.screen, Welcome))
        await at.shown("Five keys", "F9 brings this back")
        await at.press("j", "j", "j")
        await at.shown("Seven keys", "s Enter")
        await at.press("enter")
        await at.shown("Step 2 of 6   2", "F9 ends", "plain")
        await at.press("2")
        await at.shown("Step 3 of 6   Space")
        await at.press("space")
        await at.shown("Step 4 of 6   s Enter")
        await at.press("f9")
        await at.until(lambda: "Step" not in screen_text(pilot))
        await at.press("f9")
        await at.until(lambda: isinstance(app.screen, Welcome))
        await at.press("escape")
        await at.until(lambda: isinstance(app.screen, AblateScreen))
        assert app.tour == ()

    drive(app, scenario, (80, 24))
