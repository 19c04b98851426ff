"""Guides in the app: choose a question, say what you expect, run it, see what came out."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from compose_app import FakeAnalyser
from lab_studies import run_events
from textual.pilot import Pilot
from textual.widgets import Input
from tui_helpers import AppDriver, drive

from netlab.lab.records import Prediction, StudyRegistration, VariantRegistration
from netlab.lab.run_state import State
from netlab.lab.store import Lab
from netlab.recipe import library
from netlab.report.guide_status import GuideStatus
from netlab.report.guide_status import claim_outcomes as outcomes_of
from netlab.report.guides import Guide, find_guide
from tui.app import NetlabApp
from tui.background.netlab_command import CommandResult
from tui.background.start_study import StartOptions
from tui.background.time_estimate import TimeEstimate, TimeQuery
from tui.guide.claim_card import GuessChoice
from tui.guide.guide_list import GuideList
from tui.guide.guide_page import GuidePage
from tui.guide.guide_reader import GuideForm
from tui.guide.guide_text import guess_result, list_status
from tui.guide.screen import GuidesScreen
from tui.guide.start_bar import StartBar
from tui.model.analyser import Analyser
from tui.shell.confirm import Confirm
from tui.widgets.definition_list import DefinitionList
from tui.widgets.static_text import StaticText

NAME = "linear-bottleneck"
HOSTILE = "[/x \u202e\x1b[31m 🦊 " + "y" * 400


class Started(NetlabApp):
    """Writes down what is to be trained, and what had been predicted by then."""

    def __init__(self, lab: Path, analyser: Any) -> None:
        super().__init__(lab, analyser=cast("Analyser", analyser))
        self.begun: list[tuple[str, bool, int]] = []

    def start_study(self, recipe: str, options: StartOptions | None = None) -> None:
        assert options is not None
        with Lab.open(self.lab_path, readonly=True) as lab:
            said = lab.predictions.about(NAME, find_guide(NAME).condition(full=False))
        self.begun.append((Path(recipe).stem, options.quick, len(said)))
        self.starting = (Path(recipe).stem,)
        self.switch_mode("train")


class Guides(AppDriver):
    """The app under a pilot, in Guides."""

    def __init__(self, lab: Path) -> None:
        ruler = FakeAnalyser()
        self.lab = lab
        self.app = Started(lab, ruler)
        ruler.app = self.app

    @property
    def screen(self) -> GuidesScreen:
        return next(s for s in self.app.screen_stack if isinstance(s, GuidesScreen))

    @property
    def page(self) -> str:
        """All that the claims say."""
        return "\n".join(
            label.plain
            for card in self.screen.query_one(GuidePage).cards
            for label in card.query(DefinitionList)
        )

    @property
    def bar(self) -> str:
        return str(self.screen.query_one(StartBar).query_one(StaticText).render())

    @property
    def listed(self) -> list[str]:
        return [
            " ".join(str(o.prompt).split())
            for o in self.screen.query_one(GuideList).options.options
        ]

    @property
    def told(self) -> list[str]:
        return [note.message for note in self.app._notifications]

    def predictions(self) -> list[Prediction]:
        if not self.lab.exists():
            return []
        with Lab.open(self.lab, readonly=True) as lab:
            return lab.predictions.about(NAME, find_guide(NAME).condition(full=False))


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two guides, and a time that is known at once."""
    every = library.shipped

    def saved(folder: str = "") -> dict[str, Path]:
        names = every(folder)
        return names if folder else {name: names[name] for name in (NAME, "separable-count")}

    def planned(_query: TimeQuery, _recipe: str, _options: Sequence[str]) -> TimeEstimate:
        return TimeEstimate(240, "by decree")

    monkeypatch.setattr(library, "shipped", saved)
    monkeypatch.setattr(TimeQuery, "estimate", planned)


def guides(
    lab: Path, scenario: Callable[[Guides], Coroutine[Any, Any, None]], size: tuple[int, int]
) -> None:
    at = Guides(lab)

    async def run(pilot: Pilot[Any]) -> None:
        at.attach(pilot)
        await at.press("5")
        await at.until(lambda: isinstance(at.app.screen, GuidesScreen))
        await at.until(lambda: len(at.listed) == 2 and "not run" in at.listed[1])
        await scenario(at)

    drive(at.app, run, size)


def clearly(seed: int) -> float:
    """A lead that nobody can doubt."""
    return 5 + 0.1 * seed


def trained(lab: Path, guide: Guide, better: str, lead: Callable[[int], float] = clearly) -> None:
    """Enter the short form with all its runs done, `better` being more accurate by that lead."""
    recipe = guide.recipe.with_overrides(quick=True)
    variants = tuple(
        VariantRegistration(v.name, v.because, v.changes, 10, 20, recipe.specs(v))
        for v in recipe.variants
    )
    entry = StudyRegistration(
        recipe.name, recipe.file, recipe.text, recipe.question, recipe.claims, variants
    )
    with Lab.open(lab, create=True) as opened:
        for one in opened.studies.register(entry):
            accuracy = 80.0 + (one.variant == better) * lead(one.run.seed)
            events = [
                replace(event, data={**event.data, "accuracy": accuracy})
                if event.kind == "evaluated"
                else event
                for event in run_events(1)
            ]
            opened.runs.ingest(one.run.id, events)


def test_a_guide_leads_from_a_question_to_a_verdict_by_keyboard(tmp_path: Path) -> None:
    async def scenario(at: Guides) -> None:
        assert f"{NAME} · not run Does a ReLU after" in at.listed[0]
        await at.press("slash", *"bottle", "enter")
        await at.until(lambda: "supported" in at.page)
        assert "nothing to guess: it is counted, without a run" in at.page
        await at.until(lambda: "about 4 min" in at.bar and "(by decree)" in at.bar)
        assert not at.lab.exists()

        await at.press("y")
        await at.until(lambda: [p.verdict for p in at.predictions()] == ["supported"])
        await at.press("x")
        await at.until(lambda: [p.verdict for p in at.predictions()] == ["supported", None])
        assert at.screen.check_action("start", ())
        await at.press("n", "w")
        field = at.screen.query_one("#words", Input)
        assert field.has_focus
        field.value = HOSTILE
        await at.press("escape", "s")
        await at.until(lambda: at.app.begun)
        assert at.app.begun == [(NAME, True, 4)]
        assert at.app.current_mode == "train"
        assert {p.started for p in at.predictions()} == {0}

        trained(at.lab, find_guide(NAME), better="baseline")
        at.app.starting = ()
        await at.until(lambda: any("is done: 2 of 2 claims decided" in told for told in at.told))
        await at.press("5")
        await at.until(lambda: "5.15 pp higher" in at.page)
        assert "✓ supported" in at.page
        assert "✗ you expected otherwise" in at.page
        assert "0 of 1 prediction came true" in at.bar
        assert not at.screen.check_action("start", ())
        await at.press("x")
        await at.press("y")
        await at.until(lambda: "✓ you were right, but written late" in at.page)
        assert "(1 written late)" in at.bar
        assert [p.verdict for p in at.predictions() if p.claim] == [
            "supported",
            None,
            "refuted",
            "supported",
        ]

    guides(tmp_path / "lab.db", scenario, (120, 36))


def test_it_works_by_mouse_in_a_small_terminal(tmp_path: Path) -> None:
    async def scenario(at: Guides) -> None:
        await at.click(GuideList, offset=(4, 3))
        await at.until(lambda: at.screen.query_one(GuidePage).shown_guide == NAME)
        await at.press("down", "down")
        choice = list(at.screen.query(GuessChoice))[1]
        await at.click(choice)
        await at.until(lambda: [p.verdict for p in at.predictions()] == ["refuted"])
        await at.click("#form")
        await at.until(lambda: "Full form" in at.bar)
        assert at.screen.opened.form == GuideForm(NAME, full=True)
        await at.press("escape")
        assert at.screen.query_one(GuideList).display
        await at.until(lambda: "predicted" in at.listed[0])

    guides(tmp_path / "lab.db", scenario, (80, 24))


def test_after_an_inconclusive_verdict_the_next_step_is_named(tmp_path: Path) -> None:
    lab = tmp_path / "lab.db"
    guide = find_guide(NAME)

    async def scenario(at: Guides) -> None:
        assert "again.db" not in at.bar
        trained(lab, guide, "baseline", lambda seed: -1.0 + 4 * (seed % 2))
        await at.until(lambda: "inconclusive" in at.page)
        needed = re.search(r"about (\d+) seeds would decide", at.page)
        assert needed is not None
        first = max(guide.recipe.with_overrides(quick=True).seeds) + 1
        last = first + int(needed[1]) - 1
        told = f"netlab --db again.db run {NAME} --quick --seeds {first}-{last}"
        await at.until(lambda: told in " ".join(at.bar.split()))

    guides(lab, scenario, (120, 36))


def test_who_has_said_nothing_is_asked_before_anything_starts(tmp_path: Path) -> None:
    async def scenario(at: Guides) -> None:
        Lab.open(at.lab, create=True).close()
        await at.press("enter")
        await at.until(lambda: "not run" in at.bar.lower())
        await at.press("s")
        await at.until(lambda: isinstance(at.app.screen, Confirm))
        await at.press("e")
        await at.until(lambda: at.app.screen is at.screen)
        assert at.app.begun == []
        await at.press("s")
        await at.until(lambda: isinstance(at.app.screen, Confirm))
        await at.press("s")
        await at.until(lambda: at.app.begun)
        assert at.app.begun == [(NAME, True, 0)]

    guides(tmp_path / "lab.db", scenario, (80, 24))


def test_a_file_that_is_no_lab_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    lab = tmp_path / "lab.db"
    lab.write_text("no lab at all", "utf-8")

    async def scenario(at: Guides) -> None:
        await at.press("enter", "y")
        await at.until(lambda: any("Not written down" in told for told in at.told))
        await at.press("s")
        await at.until(lambda: "Not started: " in at.told[-1])
        assert at.app.begun == []
        assert "! " in str(at.screen.query_one("#note").render())
        assert at.lab.read_text("utf-8") == "no lab at all"

    guides(lab, scenario, (80, 24))


class Slow:
    """Stands in for a command that times: it does so until it is told to stop."""

    def __init__(self, _lab: Path, words: Sequence[str]) -> None:
        self.words = list(words)
        self.over = threading.Event()
        every_slow.append(self)

    def run(self) -> CommandResult:
        assert self.over.wait(60)
        return CommandResult(130, "", "")

    def interrupt(self) -> None:
        self.over.set()


every_slow: list[Slow] = []


@pytest.mark.parametrize(
    ("key", "gone", "stopped"), [("k", True, False), ("s", True, True), ("c", False, False)]
)
def test_leaving_while_a_guide_is_timed_asks_what_becomes_of_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, gone: bool, stopped: bool
) -> None:
    every_slow.clear()
    monkeypatch.setattr("tui.guide.guide_runs.NetlabCommand", Slow)

    async def scenario(at: Guides) -> None:
        await at.until(lambda: at.screen.opened.form == GuideForm(NAME))
        at.screen.action_time()
        await at.until(lambda: every_slow)
        await at.press("ctrl+q")
        await at.until(lambda: isinstance(at.app.screen, Confirm))
        asked = cast("Confirm", at.app.screen).text
        assert asked.startswith(f"{NAME} is being timed. Timing goes on")
        await at.press(key)
        await at.until(lambda: not at.app.is_running if gone else at.app.screen is at.screen)

    guides(tmp_path / "lab.db", scenario, (120, 36))
    assert [one.over.is_set() for one in every_slow] == [stopped]
    every_slow[0].over.set()


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ((), "· not run"),
        (("done", "queued"), "▶ 1 of 2 runs"),
        (("done", "failed"), "! 1 of 2 runs"),
        (("done", "done"), "? 0 of 2 decided"),
    ],
)
def test_how_a_guide_stands_is_a_sign_and_words(states: tuple[State, ...], told: str) -> None:
    found = outcomes_of(find_guide(NAME), (), ())
    short, full = GuideStatus("c", found), GuideStatus("c", found, states=states)
    assert list_status(full, short) == told
    assert list_status(short, full) == (f"{told}, full form" if states else told)
    assert guess_result(found[1]) == ""
