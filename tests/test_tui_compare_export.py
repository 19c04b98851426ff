"""Compare: the table is copied, and written to a file that is not replaced unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from compare_app import Seen, on
from compare_labs import filled_lab
from textual.widgets import Input

from tui.compare.export_dialog import ExportDialog


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    return filled_lab(tmp_path / "lab.db")


def test_the_table_is_copied_as_markdown(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("y")
        assert seen.app.clipboard.startswith("**widths**: Does width pay?")
        assert "| w8 " in seen.app.clipboard

    on(lab, scenario)


def test_every_format_is_written(lab: Path, tmp_path: Path) -> None:
    starts = {
        "t.md": "**widths**",
        "t.csv": "variant,n,",
        "t.tex": "% widths",
        "t.json": "{",
        "t.txt": "**widths**",
    }

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        for name, start in starts.items():
            await seen.press("e")
            await seen.until(lambda: isinstance(seen.app.screen, ExportDialog))
            seen.app.screen.query_one(Input).value = str(tmp_path / name)
            await seen.press("enter")
            await seen.until((tmp_path / name).exists)
            assert (tmp_path / name).read_text("utf-8").startswith(start)

    on(lab, scenario)


def test_the_format_changes_the_ending(
    lab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("e")
        await seen.until(lambda: isinstance(seen.app.screen, ExportDialog))
        entry = seen.app.screen.query_one(Input)
        ends = [entry.value]
        for _ in range(5):
            await seen.press("ctrl+f")
            ends.append(entry.value)
        assert ends == [f"widths.{end}" for end in ("md", "csv", "tex", "json", "html", "md")]
        await seen.click("#format-csv")
        assert entry.value == "widths.csv"
        assert entry.has_focus
        await seen.press("escape")
        assert not list(tmp_path.glob("widths.*"))

    on(lab, scenario)


def test_a_file_is_never_replaced_unasked(lab: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    file.write_text("mine", encoding="utf-8")

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("e")
        await seen.until(lambda: isinstance(seen.app.screen, ExportDialog))
        seen.app.screen.query_one(Input).value = str(file)
        await seen.press("enter")
        assert "mine.md is there already. Enter again replaces it." in seen.text("outcome")
        assert file.read_text("utf-8") == "mine"
        await seen.press("enter")
        await seen.until(lambda: file.read_text("utf-8") != "mine")

    on(lab, scenario)


def test_a_file_that_cannot_be_is_not_written(lab: Path) -> None:
    faults = {
        "": "Type the name",
        "a\x07b.md": "Type the name",
        "/nowhere/at/all.md": "There is no folder",
        "/tmp": "is a folder",
    }

    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("e")
        await seen.until(lambda: isinstance(seen.app.screen, ExportDialog))
        for text, fault in faults.items():
            seen.app.screen.query_one(Input).value = text
            await seen.press("enter")
            assert isinstance(seen.app.screen, ExportDialog)
            assert fault in seen.text("outcome")

    on(lab, scenario)


# Every size
