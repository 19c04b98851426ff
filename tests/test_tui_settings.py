"""The settings file: what it may hold, and what is said of a slip in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from tui_helpers import drive, quiet_app, until

from netlab.cli import doctor
from tui.app import NetlabApp
from tui.config.key_names import format_keys, keys_page
from tui.config.settings import RESERVED_KEYS, Settings, load_settings, settings_file
from tui.config.themes import DARK, LIGHT, TERMINAL, THEMES
from tui.modes import SCOPES, all_actions


def written(tmp_path: Path, text: str) -> tuple[Settings, tuple[str, ...]]:
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(all_actions(), file)


def test_without_a_file_there_are_defaults_and_nothing_to_say(tmp_path: Path) -> None:
    assert load_settings(all_actions(), tmp_path / "none.toml") == (Settings(), ())


def test_the_file_is_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NETLAB_CONFIG", str(tmp_path / "my.toml"))
    assert settings_file() == tmp_path / "my.toml"


def test_without_a_word_the_file_is_in_the_configuration_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NETLAB_CONFIG", raising=False)
    assert settings_file().parts[-2:] == ("netlab", "config.toml")


def test_everything_can_be_set(tmp_path: Path) -> None:
    text = 'theme = "netlab-light"\nascii = true\n[keys]\n"app.help" = "f9, f3"\n'
    assert written(tmp_path, text) == (
        Settings(theme=LIGHT, ascii=True, keys={"app.help": "f9,f3"}),
        (),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('thme = "nord"', "there is no setting 'thme': did you mean 'theme'?"),
        ('theme = "netlab-drak"', "did you mean 'netlab-dark'?"),
        ("theme = 3", "there is no theme 3"),
        ('ascii = "yes"', "ascii: true or false, not 'yes'"),
        ("keys = 1", "keys: a table"),
        ('[keys]\n"app.hlep" = "f9"', "there is no action 'app.hlep': did you mean 'app.help'?"),
        ('[keys]\n"app.help" = 2', "app.help: a key such as"),
        ('[keys]\n"app.help" = "f9,"', "app.help: a key such as"),
        ('[keys]\n"app.help" = "ctrl+c"', "Ctrl+C copies, and cannot be an action"),
        ('[keys]\n"app.help" = "ctrl+p"', "Ctrl+P is already the key of app.command-palette"),
        ("theme = ", "this is not TOML"),
    ],
)
def test_a_slip_is_told_and_its_setting_stays_as_it_was(
    tmp_path: Path, text: str, said: str
) -> None:
    settings, problems = written(tmp_path, text)
    assert settings == Settings()
    assert [said in problem for problem in problems] == [True]
    assert str(tmp_path / "config.toml") in problems[0]


def test_one_slip_does_not_undo_the_rest(tmp_path: Path) -> None:
    settings, problems = written(tmp_path, 'ascii = 1\ntheme = "nord"\n[keys]\n"app.help" = "f9"')
    assert settings == Settings(theme="nord", keys={"app.help": "f9"})
    assert len(problems) == 1


def test_two_actions_may_trade_keys(tmp_path: Path) -> None:
    text = '[keys]\n"app.help" = "ctrl+p"\n"app.command-palette" = "f1"'
    settings, problems = written(tmp_path, text)
    assert problems == ()
    assert settings.keys == {"app.help": "ctrl+p", "app.command-palette": "f1"}


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert "Is a directory" in load_settings(all_actions(), tmp_path)[1][0]


def test_the_console_of_linux_gets_ascii(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TERM", "linux")
    assert load_settings(all_actions(), tmp_path / "none.toml")[0].ascii


def test_a_remapped_key_works_and_the_old_one_no_longer_does(tmp_path: Path) -> None:
    app = quiet_app(tmp_path / "lab.db", Settings(keys={"app.compare": "f9"}))

    async def scenario(pilot: Pilot[Any]) -> None:
        await pilot.press("3")
        await until(pilot, lambda: app.current_mode == "train")
        app.screen.set_focus(None)
        await pilot.press("4")
        assert app.current_mode == "train"
        await pilot.press("f9")
        await until(pilot, lambda: app.current_mode == "compare")

    drive(app, scenario)


def test_the_app_starts_on_a_file_with_slips_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings, problems = written(tmp_path, "[colour]\n[/x")
    app = NetlabApp(
        tmp_path / "lab.db",
        analyser=quiet_app(tmp_path / "lab.db").analyser,
        settings=settings,
        problems=problems,
    )

    said: list[str] = []
    monkeypatch.setattr(app, "notify", lambda message, **_: said.append(message))

    async def scenario(pilot: Pilot[Any]) -> None:
        assert ["this is not TOML" in message for message in said] == [True]

    drive(app, scenario)


SLIPS = "\n".join(f"slip{number} = 1" for number in range(8))


def test_many_slips_are_told_in_one_notice_that_fits_a_small_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NETLAB_CONFIG", str(tmp_path / "config.toml"))
    settings, problems = written(tmp_path, SLIPS)
    lab = tmp_path / "lab.db"
    app = NetlabApp(lab, analyser=quiet_app(lab).analyser, settings=settings, problems=problems)

    async def scenario(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: app.screen.query("Toast"))
        (toast,) = app.screen.query("Toast")
        words = str(toast.render())
        assert words.startswith(f"{tmp_path / 'config.toml'}:\n- there is no setting 'slip0'")
        assert words.endswith("and 5 more: `netlab doctor` lists all")
        await until(pilot, lambda: toast.region.height)
        assert app.screen.region.contains_region(toast.region)

    drive(app, scenario, (80, 24))


def test_the_doctor_tells_every_slip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NETLAB_CONFIG", str(tmp_path / "config.toml"))
    assert [one.verdict for one in doctor.check_settings()] == ["ok"]
    written(tmp_path, SLIPS)
    found = [one.found for one in doctor.check_settings()]
    assert [f"there is no setting 'slip{n}'" in found[n] for n in range(8)] == [True] * 8
    written(tmp_path, "ascii = true")
    assert [one.found for one in doctor.check_settings()] == [str(tmp_path / "config.toml")]


@pytest.mark.parametrize("theme", [*THEMES, "nord"])
def test_the_app_wears_the_theme_that_is_set(tmp_path: Path, theme: str) -> None:
    app = quiet_app(tmp_path / "lab.db", Settings(theme=theme))

    async def scenario(pilot: Pilot[Any]) -> None:
        assert app.theme == theme
        assert app.native_ansi_color == (theme == TERMINAL)

    drive(app, scenario)


DEFAULT = {"#c5c8c6", "#292929", "#868887"}
"""What pictures show for the terminal's own foreground and background, and for dim text."""


def test_no_color_takes_all_colours_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = quiet_app(tmp_path / "lab.db", Settings(theme=DARK))

    async def scenario(pilot: Pilot[Any]) -> None:
        assert app.theme == TERMINAL
        picture = app.export_screenshot()
        assert set(re.findall(r"-r\d+ { fill: (#[0-9a-f]+)", picture)) <= DEFAULT

    drive(app, scenario)


def test_no_two_actions_of_one_place_share_a_key_and_none_has_a_reserved_one() -> None:
    actions = all_actions().values()
    for one in actions:
        keys = set(one.keys.split(","))
        assert keys, one.id
        assert not keys & RESERVED_KEYS.keys(), one.id
        for other in actions:
            if other is not one and (other.scope == one.scope or "app" in (one.scope, other.scope)):
                assert not keys & set(other.keys.split(",")), (one.id, other.id)


def test_the_page_of_keys_is_made_from_the_table_of_actions() -> None:
    page = (Path(__file__).parent.parent / "docs" / "keys.md").read_text("utf-8")
    assert page == keys_page(SCOPES), "python -m tui.modes > docs/keys.md"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("ctrl+p", "Ctrl+P"),
        ("slash", "/"),
        ("G,shift+up", "G or Shift+Up"),
        ("f1", "F1"),
        ("ctrl+left_square_bracket", "Ctrl+["),
    ],
)
def test_keys_are_written_as_people_do(keys: str, words: str) -> None:
    assert format_keys(keys) == words
