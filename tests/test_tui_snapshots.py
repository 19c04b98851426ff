"""Every screen as a picture, beside the one that was found good; --snapshot-update takes new ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, cast

import compose_app
import pytest
from compare_labs import filled_lab
from compose_app import FakeAnalyser
from lab_studies import run_events
from pictures import Pictures, picture
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from train_labs import STARTED, enter_study, epoch, step, write_events
from tui_helpers import AppDriver, drive

from netlab.lab.store import Lab
from netlab.recipe.edits import SetFields
from netlab.recipe.network import Network
from netlab.report.guides import Guide, find_guide
from tui.app import NetlabApp
from tui.background import time_estimate
from tui.background.time_estimate import TimeEstimate, TimeQuery
from tui.config.settings import Settings
from tui.config.themes import DARK, LIGHT
from tui.guide import guide_reader
from tui.model.analyser import Analyser

SMALL, USUAL, LARGE = (80, 24), (120, 36), (200, 60)
PATIENCE = 60.0
"""Seconds for the screen to come to look like the stored picture."""
RESTS = 20
"""Pauses without a change, after which a new picture is taken."""
LONG_AGO = 1_700_049_600.0
"""When everything in the lab was entered: shown as a date, not as an age."""
GUIDES = ("linear-bottleneck", "preactivation-orders", "shortcut-kinds")


class Camera(AppDriver):
    """The app under a pilot, and its pictures beside the stored ones."""

    def __init__(self, app: NetlabApp, stored: SnapshotAssertion) -> None:
        self.app = app
        self.wrong: list[str] = []
        self._stored = stored.use_extension(Pictures)

    @property
    def shown(self) -> str:
        """What the terminal shows."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)

    async def shows(self, *words: str) -> None:
        """Wait until the terminal shows all these."""
        await self.until(lambda: all(word in self.shown for word in words))

    async def counted(self) -> None:
        """Wait until the costs are those of the network."""
        app = self.app
        await self.until(lambda: app.costs and app.costs.network == app.document.network)

    async def shoot(self, name: str, size: tuple[int, int] = USUAL) -> None:
        """Take a picture in a terminal of `size` and compare it."""
        await self.pilot.resize_terminal(*size)
        place = Pictures.get_location(test_location=self._stored.test_location, index=name)
        taken = await self._like(Path(place))
        if taken != self._stored(name=name):
            self.wrong.append(name)

    async def _like(self, stored: Path) -> str:
        """The screen once it looks like the stored picture; without one, once it rests."""
        wanted = stored.read_text("utf-8") if stored.exists() else None
        if self._stored.update_snapshots:
            wanted = None
        deadline = time.monotonic() + PATIENCE
        taken, same = picture(self.app), 0
        while taken != wanted and same < RESTS and time.monotonic() < deadline:
            await self.pilot.pause()
            before, taken = taken, picture(self.app)
            same = same + 1 if before == taken and wanted is None else 0
        return taken


Scene = Callable[[Camera], Coroutine[Any, Any, None]]
Shoot = Callable[..., None]


async def making(at: Camera) -> None:
    """A newcomer's way up to the start, and what is there before the first run."""
    app = at.app
    await at.shows("Five keys from here")
    await at.counted()
    await at.shoot("greeting", USUAL)
    await at.press("enter")
    await at.until(lambda: app.study.name == "demo")
    await at.counted()
    await at.shoot("compose-led", SMALL)
    await at.press("f2")
    await at.shoot("compose", LARGE)
    app.edit(SetFields("basic", {"groups": 3}))
    await at.until(lambda: app.costs and app.costs.fault)
    await at.press("down", "enter")
    await at.shoot("compose-fault", USUAL)
    app.undo()
    await at.counted()
    await at.press("escape", *["right_square_bracket"] * 3)
    await at.shows("- {block: conv")
    await at.shoot("compose-yaml", USUAL)
    await at.press("escape", "i", *"quantum")
    await at.shoot("compose-nothing-found", SMALL)
    await at.press("escape", "f1")
    await at.shoot("help", USUAL)
    await at.press("escape", "ctrl+p", *"re")
    await at.shows("Redo")
    await at.shoot("palette", SMALL)


async def planning(at: Camera) -> None:
    """A study before its first run, the guides, and a terminal that is too small."""
    app = at.app
    await at.shows("Five keys from here")
    await at.press("enter")
    await at.until(lambda: app.study.name == "demo")
    await at.press("f2", "2")
    await at.shows("about 12 min")
    await at.shoot("ablate", LARGE)
    app.theme = LIGHT
    await at.shoot("ablate-light", USUAL)
    app.theme = DARK
    await at.press("e")
    await at.shoot("ablate-dialog", SMALL)
    await at.press("escape", "3")
    await at.shows("No run yet")
    await at.shoot("train-empty", SMALL)
    await at.press("4")
    await at.shows("2  plan a study of your own")
    await at.shoot("compare-empty", USUAL)
    await at.press("5")
    await at.shows(*GUIDES)
    await at.shoot("guides", USUAL)
    await at.press("enter")
    await at.shoot("guide", LARGE)
    await at.shoot("too-small", (59, 14))


async def running(at: Camera) -> None:
    """Runs that are done, train, wait and failed; and what came out."""
    await at.press("3")
    await at.shows("step 24 of 50")
    await at.shoot("train", SMALL)
    await at.press("space", "k", "space")
    await at.shoot("train-marked", LARGE)
    await at.press("escape", "j", "j")
    await at.shows("out of memory: ")
    await at.shoot("train-failed", USUAL)
    await at.press("4")
    await at.until(lambda: at.app.screen.query("ComparisonTable"))
    await at.shows("accuracy")
    await at.press("s", *"widths", "enter")
    await at.shows("within noise")
    await at.shoot("compare", SMALL)
    await at.press("j", "v")
    await at.shoot("compare-curves", USUAL)
    await at.press("v")
    await at.shoot("compare-scatter", LARGE)
    await at.press("v")
    await at.shoot("compare-expected", USUAL)


ruled = compose_app.costs


def weighed(network: Network) -> dict[str, Any]:
    """Stands in for the costs of a network: weights of one 3×3 between what comes and what goes."""
    answer = ruled(network)
    for row, spec in zip(answer["rows"], network.resolved_blocks(), strict=False):
        comes, goes = row["in_shape"], row["out_shape"]
        pixels = goes[1] * goes[2] if len(goes) == 3 else 1
        groups = getattr(spec, "groups", 1)
        row["params"] = 9 * comes[0] * goes[0] * spec.repeat // groups
        row["macs"] = row["params"] * pixels
        row["activations"] = goes[0] * pixels * spec.repeat
    for name in ("params", "macs", "activations"):
        answer["total"][name] = sum(row[name] for row in answer["rows"])
    return answer


def lab_at(path: Path) -> Path:
    """A lab with runs that are done, train, wait, and failed."""
    filled_lab(path)
    started = "started", STARTED[1] | {"steps": 50, "epochs": 5}
    failed = "failed", {"reason": "out-of-memory", "detail": None,
                        "message": "out of memory: a smaller batch would fit"}  # fmt: skip
    with Lab.open(path, create=True) as lab:
        runs = enter_study(lab, "wider", channels=(4, 6, 12), epochs=5)
        lab.runs.ingest(runs[0], run_events(5))
        write_events(lab, runs[1], started, step(5, 2.1), step(9, 1.7), epoch(1, 1.4, 61.5),
             step(15, 1.2), step(19, 1.0), epoch(2, 0.9, 74.25), step(24, 0.8))  # fmt: skip
        write_events(lab, runs[2], started, step(4, 2.2), failed)
        with lab.writing() as conn:
            conn.execute("UPDATE plan SET entered = ?", (LONG_AGO,))
    return path


def three_guides() -> Iterator[tuple[Guide, ...]]:
    """The same ones, however many come with netlab."""
    yield tuple(map(find_guide, GUIDES))


def twelve_minutes(_query: TimeQuery, _text: str, _options: object) -> TimeEstimate:
    """How long everything takes."""
    return TimeEstimate(720, "nothing")


@pytest.fixture
def shoot(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, snapshot: SnapshotAssertion
) -> Callable[..., None]:
    """Starts the app on a lab of the folder one is in, and takes the pictures of a scene."""
    monkeypatch.setattr(compose_app, "costs", weighed)
    monkeypatch.setattr(time_estimate, "DEBOUNCE_S", 0.001)
    monkeypatch.setattr(TimeQuery, "estimate_text", twelve_minutes)
    monkeypatch.setattr(guide_reader, "load_guides", three_guides)
    monkeypatch.setenv("TZ", "UTC")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")

    def shoot(scene: Scene, settings: Settings | None = None) -> None:
        ruler = FakeAnalyser()
        analyser = cast("Analyser", ruler)
        app = NetlabApp(Path("lab.db"), analyser=analyser, settings=settings, greets_newcomer=True)
        ruler.app = app
        at = Camera(app, snapshot)

        async def run(pilot: Pilot[Any]) -> None:
            at.attach(pilot)
            await scene(at)

        drive(app, run)
        assert not at.wrong, "not as stored; --snapshot-update takes new ones, git diff shows them"

    return shoot


def test_composing(shoot: Shoot) -> None:
    shoot(making)


def test_planning(shoot: Shoot) -> None:
    shoot(planning)


def test_training_and_comparing(shoot: Shoot) -> None:
    lab_at(Path("lab.db"))
    shoot(running)


def test_ascii(shoot: Shoot) -> None:
    lab_at(Path("lab.db"))

    async def scene(at: Camera) -> None:
        await at.press("3")
        await at.shows("step 24 of 50")
        await at.shoot("ascii", SMALL)
        assert at.shown.isascii()

    shoot(scene, Settings(ascii=True))


def test_without_colours(monkeypatch: pytest.MonkeyPatch, shoot: Shoot) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def scene(at: Camera) -> None:
        await at.shows("Five keys")
        await at.press("escape")
        await at.counted()
        await at.shoot("no-colour", SMALL)

    shoot(scene)
