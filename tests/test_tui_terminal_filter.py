"""What is drawn can be shown by the terminal: no harmful characters, and ASCII where asked for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from every_mode import HOSTILE, MODES, EveryModeDriver, in_every_mode, nothing_trains
from rich.segment import Segment
from textual.color import Color
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.config.settings import Settings, load_settings
from tui.config.themes import TERMINAL
from tui.modes import all_actions
from tui.shell.dialog import Dialog
from tui.shell.help import HelpScreen
from tui.shell.terminal_filter import ASCII_SIGNS, UNSAFE_CHARS, TerminalFilter

BLACK = Color(0, 0, 0)
LETTERS = re.compile(r"[🦊א-ת\u2068\u2069\u2045\u2046é-ž]")
"""What is left in ASCII: letters and emoji, which people wrote, and what holds them together."""


@pytest.mark.parametrize(
    ("text", "plain", "in_ascii"),
    [
        ("a\x1b[31m\x07\tb", "a[31mb", "a[31mb"),
        ("\u202eabc\u2066\u200f\ud800", "abc\ufffd", "abc?"),
        ("3×3 → 8 ‹ 16 ›  …", "3×3 → 8 ‹ 16 ›  …", "3x3 > 8 < 16 >  ~"),
        ("╭─╮│█▏▁ ✗ −5 ±", "╭─╮│█▏▁ ✗ −5 ±", "+-+|#|_ ! -5 ~"),
        ("größe 🦊 \u2068אב\u2069", "größe 🦊 \u2068אב\u2069", "größe 🦊 \u2068אב\u2069"),
    ],
)
def test_signs_are_replaced_cell_by_cell_and_harm_is_left_out(
    text: str, plain: str, in_ascii: str
) -> None:
    for only_ascii, wanted in ((False, plain), (True, in_ascii)):
        (line,) = TerminalFilter(ascii=only_ascii).apply([Segment(text)], BLACK)
        assert line.text == wanted
        assert line.cell_length == Segment(wanted).cell_length


def test_replacements_take_the_cells_of_what_they_replace() -> None:
    for point, instead in ASCII_SIGNS.items():
        assert instead.isascii()
        assert Segment(chr(point)).cell_length == len(instead), hex(point)
    assert all(Segment(chr(p)).cell_length == 0 for p, new in UNSAFE_CHARS.items() if new is None)


def test_every_screen_and_dialog_can_be_drawn_in_ascii_and_none_lets_harm_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_trains(monkeypatch, tmp_path / "work")

    def look(at: EveryModeDriver) -> None:
        for line in at.shown.splitlines():
            assert "\x1b" not in line
            assert "\u202e" not in line
            assert LETTERS.sub("", line).isascii(), line

    async def scenario(at: EveryModeDriver) -> None:
        for mode in MODES:
            await at.go(mode)
            await at.until(lambda: HOSTILE[:3] in at.shown or mode not in ("compose", "ablate"))  # noqa: B023
            look(at)
        await at.go("compose")
        for keys in ("i", "o", "S", "f1", "f2", "ctrl+p", "home,down,down,down,right"):
            await at.press(*keys.split(","))
            look(at)
            await at.go("compose")
        for _ in range(5):
            await at.press("right_square_bracket")
            look(at)

    in_every_mode(tmp_path, scenario, settings=Settings(ascii=True))


def test_help_opens_over_every_dialog_and_while_a_remapped_key_is_typed_it_is_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_trains(monkeypatch, tmp_path / "work")
    settings = Settings(keys={"app.help": "f9,question_mark", "app.compare": "f10"})

    async def scenario(at: EveryModeDriver) -> None:
        for mode, key in (("compose", "o"), ("compose", "S"), ("ablate", "t"), ("compare", "e")):
            await at.go(mode)
            if mode == "compare":
                await at.until(lambda: MODES["compare"] in at.shown)
            await at.press(key)
            dialog = at.app.screen
            assert dialog.is_modal
            typed = at.app.focused
            assert isinstance(typed, Input)
            await at.press("question_mark")
            assert "?" in typed.value
            await at.press("f9")
            assert isinstance(at.app.screen, HelpScreen), key
            assert at.app.screen.page.about, key
            await at.press("f9")
            assert at.app.screen is dialog
        await at.go("compose")
        await at.press("slash", "question_mark", "f10")
        await at.until(lambda: at.app.current_mode == "compare")

    in_every_mode(tmp_path, scenario, settings=settings)


def test_every_dialog_is_one_that_help_opens_over() -> None:
    kinds = [kind for kind in _below(ModalScreen) if kind.__module__.startswith("tui.")]
    assert len(kinds) > 9
    assert [kind for kind in kinds if not issubclass(kind, Dialog)] == []
    without = {kind.__name__ for kind in kinds if not kind.HELP}
    assert without == {"Dialog", "FormDialog", "HelpScreen", "QuitDialog"}


def _below(kind: type[ModalScreen[Any]]) -> list[type[ModalScreen[Any]]]:
    kinds = kind.__subclasses__()
    return [*kinds, *(below for one in kinds for below in _below(one))]


def test_in_the_colours_of_the_terminal_the_cursor_is_seen_and_no_other_colour_is_used(
    tmp_path: Path,
) -> None:
    async def scenario(at: EveryModeDriver) -> None:
        segments = [
            segment for strip in at.app.screen._compositor.render_strips() for segment in strip
        ]
        styles = [segment.style for segment in segments if segment.style is not None]
        for colour in (*(s.color for s in styles), *(s.bgcolor for s in styles)):
            assert colour is None or colour.is_system_defined or colour.is_default
        (cursor,) = (s for s in segments if s.text.startswith("  1 conv") and s.style)
        assert cursor.style is not None
        assert cursor.style.reverse

    in_every_mode(tmp_path, scenario, settings=Settings(theme=TERMINAL))


def test_the_example_of_the_settings_page_can_be_used(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "settings.md").read_text("utf-8")
    found = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert found
    file = tmp_path / "config.toml"
    file.write_text(found[1], "utf-8")
    assert load_settings(all_actions(), file)[1] == ()


@pytest.mark.parametrize(("encoding", "wanted"), [("UTF-8", False), ("ISO-8859-1", True)])
def test_where_text_is_not_in_utf_8_ascii_is_drawn(
    encoding: str, wanted: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr("tui.config.settings.locale.getencoding", lambda: encoding)
    assert load_settings(all_actions(), tmp_path / "none.toml")[0].ascii is wanted
