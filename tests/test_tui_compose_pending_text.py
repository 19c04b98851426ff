"""Compose: a text in the YAML tab that waits to be applied is unsaved work, and is never lost."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from compose_app import ComposeDriver, compose
from textual.widgets import Static, TextArea

from netlab.recipe.loader import load_network
from netlab.recipe.study_draft import StudyDraft
from netlab.recipe.yaml.yaml_text import network_text
from tui.compose.autosave import autosaver
from tui.compose.autosave.autosaver import Autosaver
from tui.compose.autosave.drafts import list_drafts
from tui.compose.autosave.session import SavedSession, load_session, session_file
from tui.compose.autosave.session_files import collect_orphans
from tui.compose.tab_line import TabLine
from tui.compose.yaml_tab import YamlTab
from tui.model.network_document import NetworkDocument, PendingText
from tui.model.templates import TEMPLATES
from tui.shell.header import ModeHeader

LAB = "lab.db"
TO_YAML = ("right_square_bracket",) * 3
HOSTILE = [
    "",
    "[/x",
    "🦊" * 40,
    "x" * 5000,
    "\u202eabc\u05d0",
    "\x1b[31m\x07\x00",
    "half a pair \ud83e",
    "a\rb\x0bc\u2028d\x85",
    "&a *a\n- [",
]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLAB_STATE", str(tmp_path / "state"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def area(at: ComposeDriver) -> TextArea:
    return at.screen.query_one(YamlTab).query_one(TextArea)


def told(at: ComposeDriver) -> str:
    return str(at.screen.query_one("#yaml-status", Static).render())


def tabs(at: ComposeDriver) -> str:
    return at.screen.query_one(TabLine).render().plain


def subject(at: ComposeDriver) -> str:
    return at.screen.query_one(ModeHeader).subject


def wider(at: ComposeDriver) -> str:
    """The network with a wider stem, as text."""
    return network_text(at.network).replace("channels: 16}", "channels: 24}", 1)


async def write(at: ComposeDriver, text: str) -> None:
    """Put `text` in the YAML tab, and wait until the app knows."""
    await at.press(*TO_YAML)
    area(at).text = text
    await at.until(lambda: at.app.pending_text and at.app.pending_text.text == area(at).text)


async def type_in(at: ComposeDriver, *keys: str) -> None:
    await at.press(*TO_YAML)
    area(at).focus()
    await at.press(*keys)


def test_what_was_typed_is_there_again_and_can_be_applied(tmp_path: Path) -> None:
    async def first(at: ComposeDriver) -> None:
        await type_in(at, *"# 1", "enter")

    async def second(at: ComposeDriver) -> None:
        assert not at.app.document.changed
        assert " YAML * " in tabs(at)
        assert subject(at) == "unsaved · untitled"
        await at.press(*TO_YAML)
        assert area(at).text == "# 1\n" + network_text(at.network)
        assert told(at) == "Edited: F5 applies it, F8 drops it."
        await write(at, wider(at))
        await at.press("f5")
        assert at.network.blocks[0].fields() == {"channels": 24}
        assert at.app.pending_text is None
        assert " YAML  " in tabs(at)

    async def third(at: ComposeDriver) -> None:
        assert " YAML  " in tabs(at)
        await at.press("u", *TO_YAML)
        assert area(at).text == network_text(at.app.document.baseline)

    compose(tmp_path / LAB, first)
    compose(tmp_path / LAB, second)
    compose(tmp_path / LAB, third)


def test_a_key_right_before_leaving_is_kept(tmp_path: Path) -> None:
    async def first(at: ComposeDriver) -> None:
        await type_in(at, *"one ")
        await at.press(*"more")

    compose(tmp_path / LAB, first)
    kept = load_session(session_file(tmp_path / LAB))
    assert kept
    assert kept.pending_text
    assert kept.pending_text.text.startswith("one more")


def test_a_fault_is_told_again_after_a_start(tmp_path: Path) -> None:
    async def first(at: ComposeDriver) -> None:
        await write(at, network_text(at.network).replace("stride: 2", "strid: 2", 1))

    async def second(at: ComposeDriver) -> None:
        await at.press(*TO_YAML)
        assert told(at).startswith("✗ line 7: network.blocks[3].strid: no field is called")
        await at.press("f5")
        assert area(at).cursor_location[0] == 6

    compose(tmp_path / LAB, first)
    compose(tmp_path / LAB, second)


def test_that_the_network_changed_meanwhile_is_told_again_until_it_is_as_before(
    tmp_path: Path,
) -> None:
    async def first(at: ComposeDriver) -> None:
        await write(at, wider(at))
        at.rows.focus()
        await at.press("d")

    async def second(at: ComposeDriver) -> None:
        await at.press(*TO_YAML)
        assert told(at) == (
            "The network has changed meanwhile: Edited: F5 applies it, F8 drops it."
        )
        await at.press("u")
        assert told(at).startswith("Edited")
        await at.press("f8")
        assert area(at).text == network_text(at.network)
        assert told(at) == "Edit the text; F5 applies it."
        assert "*" not in tabs(at)

    compose(tmp_path / LAB, first)
    compose(tmp_path / LAB, second)


@pytest.mark.parametrize("in_front", [True, False])
def test_another_document_has_its_own_text_and_the_draft_brings_this_one_back(
    tmp_path: Path, in_front: bool
) -> None:
    async def scenario(at: ComposeDriver) -> None:
        before, text = at.app.document, wider(at)
        await write(at, text)
        if not in_front:
            await at.press(*["left_square_bracket"] * 3)
        await at.press("t", *"dense", "enter")
        await at.until(lambda: at.network == TEMPLATES["dense"][1])
        await at.until(lambda: len(list_drafts()) == 1)
        assert at.app.pending_text is None
        assert "*" not in tabs(at)
        await at.press("f5")
        assert at.network == TEMPLATES["dense"][1]
        assert area(at).text == network_text(at.network)
        await at.press("o", *"left unsaved", "enter")
        await at.until(lambda: at.app.pending_text)
        assert at.app.document == before
        assert "YAML *" in tabs(at)
        await at.press("f5")
        assert area(at).text == text == network_text(at.network)

    compose(tmp_path / LAB, scenario)


def test_a_draft_whose_text_is_what_is_open_keeps_it(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        before = at.app.document
        await write(at, network_text(TEMPLATES["dense"][1]))
        await at.press("t", *"dense", "enter")
        await at.until(lambda: at.network == TEMPLATES["dense"][1])
        await at.press("f5")
        area(at).text += "# of the other"
        await at.until(lambda: at.app.pending_text)
        await at.press("o", *"left unsaved", "enter")
        await at.until(lambda: at.app.document == before)
        assert area(at).text == network_text(TEMPLATES["dense"][1])
        assert "YAML *" in tabs(at)

    compose(tmp_path / LAB, scenario)


def test_nothing_is_opened_where_the_text_cannot_be_put_away(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        before, text = at.app.document, wider(at)
        await write(at, text)
        (tmp_path / "state" / "drafts").write_text("a file where a folder should be")
        await at.press("t", *"dense", "enter")
        await at.until(lambda: at.app._notifications)
        assert next(iter(at.app._notifications)).message.startswith("Not opened")
        assert at.app.document is before
        assert area(at).text == text

    compose(tmp_path / LAB, scenario)


def test_saving_tells_that_the_text_is_not_saved_with_the_network(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        before = at.network
        await write(at, wider(at))
        at.rows.focus()
        await at.press("ctrl+s")
        await at.type("mine")
        await at.press("enter")
        await at.until(lambda: at.app._notifications)
        assert "without the text in the YAML tab" in next(iter(at.app._notifications)).message
        assert load_network(Path("mine.yaml")) == before
        assert subject(at) == "unsaved · mine"

    compose(tmp_path / LAB, scenario)


def test_what_another_app_left_in_its_tab_is_put_with_the_drafts(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await write(at, wider(at))

    compose(tmp_path / LAB, scenario)
    assert collect_orphans(tmp_path / LAB) == 1
    (draft,) = [load_session(file) for _, file in list_drafts()]
    assert draft
    assert draft.pending_text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_there_again(text: str, tmp_path: Path) -> None:
    left = []

    async def first(at: ComposeDriver) -> None:
        await write(at, text)
        left.append(area(at).text)

    async def second(at: ComposeDriver) -> None:
        before = at.network
        assert "YAML *" in tabs(at)
        await at.press("f5")
        assert area(at).text == left[0]
        assert told(at).startswith("✗")
        assert at.network == before

    compose(tmp_path / LAB, first)
    compose(tmp_path / LAB, second, (80, 24))


def test_a_file_of_before_is_read_and_has_no_such_text(tmp_path: Path) -> None:
    file = session_file(tmp_path / LAB)
    mine = NetworkDocument.of(TEMPLATES["dense"][1])
    as_now = json.loads(SavedSession(mine, StudyDraft(name="mine")).to_json())
    assert as_now.pop("unapplied") is None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(as_now))

    async def scenario(at: ComposeDriver) -> None:
        assert at.app.document == mine
        assert "*" not in tabs(at)
        assert not at.app._notifications

    compose(tmp_path / LAB, scenario)


def test_a_recipe_of_the_same_network_is_another_document_to_save(tmp_path: Path) -> None:
    async def opened(at: ComposeDriver, name: str) -> None:
        await at.press("o", *name, "enter")
        await at.until(lambda: at.app.study.name == name)
        assert subject(at) == name
        assert Path(at.app.study.recipe_file or "").name == f"{name}.yaml"

    async def scenario(at: ComposeDriver) -> None:
        await opened(at, "resnet14-ablation")
        before = at.app.document
        await opened(at, "resnet14-fashion")
        assert at.app.document == before
        await at.press("down", "plus")
        assert subject(at) == "unsaved · resnet14-fashion"
        await at.press("ctrl+s", "enter")
        await at.until(lambda: at.app.study.recipe_file == "resnet14-fashion.yaml")
        assert load_network(Path("resnet14-fashion.yaml")) == at.network

    compose(tmp_path / LAB, scenario)


def test_typing_is_written_a_moment_later_and_at_once_on_leaving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosaver, "MIN_INTERVAL_S", 3600)
    file = tmp_path / "kept.json"
    kept = SavedSession(NetworkDocument.of(TEMPLATES["dense"][1]), StudyDraft())
    first, *others, last = [
        replace(kept, pending_text=PendingText("x" * n, kept.document.network)) for n in range(9)
    ]

    async def scenario(at: ComposeDriver) -> None:
        keeper = Autosaver(file, pytest.fail)
        keeper.save(first)
        await at.until(lambda: load_session(file) == first)
        for typed in (*others, last):
            keeper.save(typed)
            await at.pilot.pause()
        assert load_session(file) == first
        keeper.finish()
        assert load_session(file) == last

    compose(tmp_path / LAB, scenario)


def test_one_goes_on_typing_after_the_text_is_applied(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await type_in(at, "f5", *"# d")
        assert area(at).text == "# d" + network_text(at.network)
        assert not at.app.document.past

    compose(tmp_path / LAB, scenario)
