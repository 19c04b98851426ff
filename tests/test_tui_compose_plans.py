"""Compose: a study that was planned and not saved is not lost when something else is opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from compose_app import ComposeDriver, compose

from netlab.recipe.edits import SetFields
from netlab.recipe.study_draft import VariantDraft
from tui.ablate.screen import AblateScreen
from tui.ablate.study_actions import StudySaved
from tui.compose.autosave.drafts import list_drafts
from tui.compose.autosave.session import load_session
from tui.model.study_file import save_study_file

LAB = "lab.db"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLAB_STATE", str(tmp_path / "state"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


async def plan(at: ComposeDriver) -> AblateScreen:
    """Plan one variant in Ablate."""
    await at.press("2")
    await at.until(lambda: isinstance(at.app.screen, AblateScreen) and at.app.screen.focused)
    ablate = at.app.screen
    assert isinstance(ablate, AblateScreen)
    variant = VariantDraft("grouped", (SetFields("basic", {"groups": 2}),))
    ablate.planner.change(at.app.study.with_variant(variant))
    return ablate


async def open_dense(at: ComposeDriver) -> None:
    await at.press("1", "t", *"dense", "enter")
    await at.until(lambda: at.app.study.name == "dense")


def test_a_plan_becomes_a_draft_and_comes_back_with_its_past(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await plan(at)
        mine, history = at.app.study, at.app.study_history
        await open_dense(at)
        (draft,) = [load_session(file) for _, file in list_drafts()]
        assert draft
        assert (draft.study, draft.history) == (mine, history)
        assert "Left unsaved" in next(iter(at.app._notifications)).message

    compose(tmp_path / LAB, scenario)


def test_a_plan_that_is_saved_is_none(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        ablate = await plan(at)
        was, baseline = at.app.study, at.app.document.baseline
        name = save_study_file(Path("mine.yaml"), was, baseline).name
        ablate.on_study_saved(StudySaved(Path("mine.yaml"), was, baseline, name, None, False))
        await open_dense(at)
        assert not list_drafts()

    compose(tmp_path / LAB, scenario)


def test_a_study_as_it_was_opened_is_no_plan(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("o", *"resnet14-abl", "enter")
        await at.until(lambda: at.app.study.name == "resnet14-ablation")
        await open_dense(at)
        assert not list_drafts()

    compose(tmp_path / LAB, scenario)
