"""Compose: tabs, opening and saving, and that unsaved work is never lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from compose_app import ComposeDriver, compose
from textual.widgets import Input, Static, TextArea

from netlab.recipe.loader import load_network, load_recipe
from netlab.recipe.yaml.yaml_text import network_text
from tui.compose.analyser_tabs import CodeText, LayerTree, MacsBars, compact_table
from tui.compose.autosave.autosaver import Autosaver
from tui.compose.autosave.drafts import list_drafts
from tui.compose.autosave.session import SavedSession, load_session, session_file
from tui.compose.autosave.session_files import collect_orphans
from tui.compose.save_as import SaveAs, consequence
from tui.compose.yaml_tab import YamlTab
from tui.model.network_document import NetworkDocument
from tui.model.templates import TEMPLATES
from tui.shell.picker import Picker
from tui.widgets.search_list import Item, matching_items

LAB = "lab.db"
HOSTILE = [
    "[/x",
    "🦊" * 40,
    "x" * 5000,
    "\u202eabc\u05d0",
    "\x1b[31m\x07",
    "a: [",
    "- [",
    "&a *a",
]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLAB_STATE", str(tmp_path / "state"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def yaml_told(at: ComposeDriver) -> str:
    return str(at.screen.query_one("#yaml-status", Static).render())


def unsaved(at: ComposeDriver) -> bool:
    return at.app.document.changed


def area(at: ComposeDriver) -> TextArea:
    return at.screen.query_one(YamlTab).query_one(TextArea)


def test_summary_and_code_are_asked_for_when_they_are_looked_at(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("d", "u")
        assert set(at.analyser.questions) == {"costs"}
        await at.press("right_square_bracket")
        shown = at.screen.query_one(LayerTree).query_one(".text", Static)
        await at.until(lambda: str(shown.render()) == "tree of 5")
        await at.press("d")
        await at.until(lambda: str(shown.render()) == "tree of 6")
        await at.press("left_square_bracket", "left_square_bracket")
        code = at.screen.query_one(CodeText)
        await at.until(lambda: code.text == "code of 6")
        assert at.analyser.questions.count("code") == 1

    compose(tmp_path / LAB, scenario)


def test_the_columns_of_the_summary_are_as_wide_as_what_they_hold() -> None:
    table = (
        "Layer (type)             Output Shape            Param #\n"
        "Sequential               [1, 10]                 --\n"
        "├─Conv2d: 1-1            [1, 16, 32, 32]         432\n"
    )
    assert compact_table(table).splitlines() == [
        "Layer (type)   Output Shape     Param #",
        "Sequential     [1, 10]          --",
        "├─Conv2d: 1-1  [1, 16, 32, 32]  432",
    ]
    assert compact_table("") == ""


def test_macs_are_drawn_by_block(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("right_square_bracket", "right_square_bracket")
        lines = at.screen.query_one(MacsBars).render().plain.splitlines()
        assert len(lines) == 2 * len(at.network.blocks)
        assert lines[0].split()[:2] == ["1", "conv"]
        assert lines[0].endswith("36 % 16.4k MACs")

    compose(tmp_path / LAB, scenario)


def test_the_yaml_follows_the_network_and_is_applied_by_a_key(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("f5")
        assert area(at).text == network_text(at.network)
        area(at).text = area(at).text.replace("channels: 16}", "channels: 24}", 1)
        await at.until(lambda: "F5 applies" in yaml_told(at))
        await at.press("f5")
        assert at.network.blocks[0].fields() == {"channels": 24}
        await at.press("u")
        assert at.network.blocks[0].fields() == {"channels": 16}
        assert area(at).text == network_text(at.network)

    compose(tmp_path / LAB, scenario)


def test_what_is_wrong_with_the_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        before = at.network
        await at.press("f5")
        area(at).text = area(at).text.replace("stride: 2", "strid: 2", 1)
        await at.press("f5")
        assert yaml_told(at).startswith("✗ line 7: network.blocks[3].strid: no field is called")
        assert area(at).cursor_location[0] == 6
        assert at.network == before
        await at.press("f8")
        assert area(at).text == network_text(before)

    compose(tmp_path / LAB, scenario)


def test_changes_of_the_yaml_outlive_a_change_of_the_network(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("f5")
        area(at).text += "# mine\n"
        at.rows.focus()
        await at.press("d")
        await at.until(lambda: "The network has changed meanwhile" in yaml_told(at))
        assert area(at).text.endswith("# mine\n")

    compose(tmp_path / LAB, scenario)


def test_hostile_text_is_told_in_the_yaml_and_finds_nothing_elsewhere(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        before = at.network
        for text in HOSTILE:
            await at.press("f5")
            area(at).text = text
            await at.press("f5")
            assert yaml_told(at).startswith("✗"), text
            at.rows.focus()
            await at.press("i")
            await at.type(text)
            await at.press("enter", "escape", "o")
            await at.type(text)
            await at.press("enter", "escape", "S")
            await at.type(text)
            await at.press("escape")
            assert at.network == before, text

    compose(tmp_path / LAB, scenario, (80, 24))


def test_a_saved_recipe_is_opened_with_its_study(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("o", *"resnet14-abl", "enter")
        await at.until(lambda: at.app.study.name == "resnet14-ablation")
        await at.pilot.pause()
        assert at.network == load_network("resnet14-ablation")
        assert [variant.name for variant in at.app.study.variants][:2] == ["groups-2", "groups-4"]
        assert not unsaved(at)

    compose(tmp_path / LAB, scenario)


def test_a_template_is_a_start_and_what_was_unsaved_becomes_a_draft(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("d")
        mine = at.app.document
        await at.press("t", *"dense", "enter")
        await at.until(lambda: at.network == TEMPLATES["dense"][1])
        assert len(list_drafts()) == 1
        await at.press("o", *"left unsaved", "enter")
        await at.until(lambda: at.app.document == mine)

    compose(tmp_path / LAB, scenario)


def test_escape_opens_nothing(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        before = at.app.document
        await at.press("o")
        assert isinstance(at.top(), Picker)
        await at.press("escape")
        assert at.top() is at.screen
        assert at.app.document is before

    compose(tmp_path / LAB, scenario)


def test_a_recipe_that_cannot_be_read_is_told_and_nothing_else_happens(tmp_path: Path) -> None:
    Path("broken.yaml").write_text("network: [/x\n", encoding="utf-8")

    async def scenario(at: ComposeDriver) -> None:
        before = at.app.document
        await at.press("o", *"broken", "enter")
        await at.until(lambda: at.app._notifications)
        assert "broken.yaml:" in next(iter(at.app._notifications)).message
        assert at.app.document is before

    compose(tmp_path / LAB, scenario)


def test_saving_asks_for_a_name_once_and_keeps_the_comments_of_the_file(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("d", "ctrl+s")
        assert isinstance(at.top(), SaveAs)
        await at.type("mine")
        await at.press("enter")
        mine = Path("mine.yaml")
        await at.until(lambda: at.app.study.recipe_file)
        assert load_network(mine) == at.network
        assert not unsaved(at)
        mine.write_text(f"# a comment\n{mine.read_text(encoding='utf-8')}", encoding="utf-8")
        await at.press("delete")
        assert unsaved(at)
        await at.press("ctrl+s")
        await at.until(lambda: not unsaved(at))
        assert load_network(mine) == at.network
        assert mine.read_text(encoding="utf-8").startswith("# a comment\n")

    compose(tmp_path / LAB, scenario)


def test_a_recipe_that_comes_with_netlab_is_saved_as_a_copy_with_its_study(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("o", *"resnet14-abl", "enter")
        await at.until(lambda: at.app.study.name == "resnet14-ablation")
        await at.press("down", "plus", "ctrl+s")
        assert at.app.screen.query_one(Input).value == "resnet14-ablation.yaml"
        await at.press("enter")
        copy = Path("resnet14-ablation.yaml")
        await at.until(copy.is_file)
        assert load_network(copy) == at.network
        assert len(load_recipe(copy).variants) == 6

    compose(tmp_path / LAB, scenario)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Type the name of a file."),
        ("nowhere/x", "✗ there is no folder nowhere"),
        ("x\x07", "Type the name of a file."),
        ("y" * 5000, "✗ File name too long"),
    ],
)
def test_where_nothing_can_be_saved_that_is_told(text: str, told: str) -> None:
    assert consequence(text) == (told, "")


def test_what_saving_would_do_is_told_first() -> None:
    assert consequence("mine") == ("", "Enter writes mine.yaml")
    Path("mine.yaml").touch()
    assert consequence("mine")[1].startswith("mine.yaml is there: its network is replaced")


def test_the_document_is_there_again_with_its_history(tmp_path: Path) -> None:
    left = []

    async def first(at: ComposeDriver) -> None:
        await at.press("d", "J", "plus", "u")
        left.append(at.app.document)

    async def second(at: ComposeDriver) -> None:
        assert at.app.document == left[0]
        await at.press("ctrl+r", "u", "u", "u")
        assert at.network == at.app.document.baseline

    compose(tmp_path / LAB, first)
    compose(tmp_path / LAB, second)


def test_two_apps_on_one_lab_keep_their_work_apart_and_nothing_is_lost(tmp_path: Path) -> None:
    lab, left = tmp_path / LAB, []

    async def first(at: ComposeDriver) -> None:
        async def second(other: ComposeDriver) -> None:
            assert other.app.document == NetworkDocument.of(other.network)
            await other.press("x")
            left.append(other.app.document)

        await at.press("d", "d")
        await asyncio.to_thread(compose, lab, second)
        left.append(at.app.document)

    async def after(at: ComposeDriver) -> None:
        assert at.app.document == left[1]
        assert [load_session(file).document for _, file in list_drafts()] == [left[0]]  # type: ignore[union-attr]
        assert "another window" in next(iter(at.app._notifications)).message

    compose(lab, first)
    compose(lab, after)
    assert collect_orphans(lab) == 1  # the work of the last one, once it is no more
    assert not list((tmp_path / "state" / "documents").glob("*.json"))


def test_a_damaged_file_never_stops_the_start_and_is_not_lost(tmp_path: Path) -> None:
    file = session_file(tmp_path / LAB)
    file.parent.mkdir(parents=True)
    file.write_text('{"version": 1, "document": [/x', encoding="utf-8")

    async def scenario(at: ComposeDriver) -> None:
        assert "cannot be read" in next(iter(at.app._notifications)).message
        await at.press("d")

    compose(tmp_path / LAB, scenario)
    assert [f.read_text(encoding="utf-8") for f in file.parent.glob("*unreadable*")] == [
        '{"version": 1, "document": [/x'
    ]


def test_where_nothing_can_be_kept_that_is_known(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where a folder should be", encoding="utf-8")

    async def scenario(at: ComposeDriver) -> None:
        await at.press("d", "d")
        await at.until(lambda: at.app._notifications)
        words = [notification.message for notification in at.app._notifications]
        assert len(words) == 1
        assert "Unsaved work cannot be kept" in words[0]

    compose(tmp_path / LAB, scenario)


def test_of_many_changes_the_newest_is_written(tmp_path: Path) -> None:
    written: list[SavedSession] = []

    async def scenario(at: ComposeDriver) -> None:
        keeper = Autosaver(tmp_path / "kept.json", pytest.fail)
        for _ in range(20):
            await at.press("plus")
            written.append(SavedSession(at.app.document, at.app.study))
            keeper.save(written[-1])
        keeper.finish()

    compose(tmp_path / LAB, scenario)
    assert (tmp_path / "kept.json").read_text(encoding="utf-8") == written[-1].to_json()


def test_a_search_puts_names_before_words_of_the_description() -> None:
    items = [
        Item("1", "g", "conv", "like a pool"),
        Item("2", "g", "pool", ""),
        Item("3", "h", "se", ""),
    ]
    assert [item.id for item in matching_items(items, "pool")] == ["2", "1"]
    assert [item.id for item in matching_items(items, "h se")] == ["3"]
    assert matching_items(items, "[/x") == []
