"""Compare: the table is sorted, filtered, and shown with other columns, seeds or another baseline."""

from __future__ import annotations

from pathlib import Path

import pytest
from compare_app import Seen, on
from compare_labs import filled_lab

from tui.compare.column_dialog import ColumnDialog
from tui.compare.comparison_table import ComparisonTable
from tui.compare.filter import FilterField
from tui.compare.screen import CompareScreen


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    return filled_lab(tmp_path / "lab.db")


def test_sorting_by_key_and_by_mouse(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("l", "o")
        await seen.until(lambda: seen.variants == ["w8", "w16", "baseline", "w2"])
        assert "accuracy ▼" in seen.lines()[0]
        assert "by accuracy, falling" in seen.text("status")
        x = seen.lines()[0].index("variant")
        await seen.click(ComparisonTable, offset=(x, 0))
        await seen.until(lambda: seen.variants == ["baseline", "w16", "w2", "w8"])
        await seen.click(ComparisonTable, offset=(x, 0))
        await seen.until(lambda: seen.variants == ["w8", "w2", "w16", "baseline"])
        await seen.click(ComparisonTable, offset=(x, 0))
        await seen.until(lambda: seen.variants == ["baseline", "w8", "w2", "w16"])

    on(lab, scenario)


def test_the_cursor_stays_on_its_variant_and_column(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("j", "j", "l", "o")
        await seen.until(lambda: seen.variants[0] == "w8")
        assert seen.place == ("w2", "accuracy")
        await seen.press("n")
        await seen.until(lambda: len(seen.variants) == 16)
        assert seen.place == ("w2", "accuracy")

    on(lab, scenario)


def test_the_cursor_moves_by_arrows_letters_and_mouse(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        for key, line in [("down", 1), ("j", 2), ("k", 1), ("G", 3), ("g", 0), ("up", 0),
                          ("end", 3), ("home", 0), ("pagedown", 3), ("pageup", 0)]:  # fmt: skip
            await seen.press(key)
            assert seen.table.line == line, key
        await seen.click(ComparisonTable, offset=(14, 4))
        assert (seen.table.line, seen.table.column) == (2, 1)

    on(lab, scenario)


def test_a_filter_narrows_with_each_letter_and_goes_with_escape(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("slash", "w", "1")
        await seen.until(lambda: seen.variants == ["baseline", "w16"])
        await seen.press("enter")
        assert seen.table.has_focus
        assert "2 of 4 variants match “w1”" in seen.text("status")
        await seen.press("slash", "escape")
        await seen.until(lambda: len(seen.variants) == 4)
        assert seen.table.has_focus
        assert not seen.app.screen.query_one(FilterField).display

    on(lab, scenario)


def test_any_text_can_be_searched_for(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        for text in ("[/x", "🦔" * 40, "ש" * 30, "a\x1b[31m", "%_'\"\\"):
            await seen.press("slash")
            seen.app.screen.query_one(FilterField).value = text
            await seen.until(lambda: seen.variants == ["baseline"])
            await seen.press("escape")
            await seen.until(lambda: len(seen.variants) == 4)

    on(lab, scenario)


def test_only_what_differs(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        assert "test_time" in seen.keys
        await seen.press("d")
        await seen.until(lambda: "test_time" not in seen.keys)
        await seen.press("d")
        await seen.until(lambda: "test_time" in seen.keys)

    on(lab, scenario)


def test_another_baseline_is_pinned_and_let_go(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("j", "b")
        await seen.until(lambda: seen.variants == ["w8", "baseline", "w2", "w16"])
        assert "against w8" in seen.text("status")
        await seen.press("b")
        await seen.until(lambda: seen.variants[0] == "baseline")

    on(lab, scenario)


def test_measures_are_chosen(lab: Path) -> None:
    async def scenario(seen: Seen) -> None:
        await seen.filled()
        await seen.press("m")
        await seen.until(lambda: isinstance(seen.app.screen, ColumnDialog))
        await seen.press("space", "j", "space", "enter")
        await seen.until(lambda: isinstance(seen.app.screen, CompareScreen))
        await seen.until(lambda: "params" not in seen.keys)
        assert "train_time_verdict" in seen.keys
        await seen.press("m")
        await seen.until(lambda: isinstance(seen.app.screen, ColumnDialog))
        await seen.press("u")
        await seen.until(lambda: isinstance(seen.app.screen, CompareScreen))
        await seen.until(lambda: "params" in seen.keys)

    on(lab, scenario)


# Studies
