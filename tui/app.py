"""The app: a workspace with five modes, dialogs and the tour."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from rich.console import RenderableType
from textual.binding import Binding
from textual.filter import LineFilter

from tui.background.jobs import BackgroundJob, run_in_background
from tui.background.start_study import StartEnded
from tui.compose.autosave.session import session_file
from tui.compose.screen import ComposeScreen
from tui.config.actions import APP_ACTIONS, bindings
from tui.config.key_names import keymap
from tui.config.settings import Settings, load_settings, summarize_problems
from tui.config.themes import THEMES, no_colour_requested, starting_theme
from tui.model.analyser import Analyser
from tui.modes import SCREENS, all_actions, preload_screens, screen_factory
from tui.shell.command_palette import ActionCommands
from tui.shell.confirm import Choice, Confirm
from tui.shell.css_cache import CssCache
from tui.shell.help import HelpScreen, help_page_for
from tui.shell.quit import request_quit
from tui.shell.terminal_filter import TerminalFilter
from tui.tour.first_run import EmptyLab, check_lab
from tui.tour.starters import Starter, starters
from tui.tour.tour_line import TourLine
from tui.tour.welcome import Welcome
from tui.workspace import Workspace

MAX_EXIT_POLLS = 100
"""Most polls, 10 ms apart, with which `exit` waits until every widget is mounted."""


class NetlabApp(Workspace, inherit_bindings=False):
    """The workspace with its modes, themes, keys, dialogs and the tour."""

    TITLE = "netlab"
    CSS = """
    Widget { scrollbar-size-vertical: 1; }
    ToastRack { margin-bottom: 3; }
    SearchIcon { display: none; }
    CommandPalette > Vertical {
        width: 76; max-width: 94%; margin-top: 1; background: $panel;
        &:dark { background: $panel; }
    }
    CommandPalette #--input, CommandPalette #--input.--list-visible {
        border: round $accent; background: $panel;
    }
    CommandPalette #--input CommandInput, CommandPalette #--input CommandInput:focus {
        height: 1; border: none; padding: 0 1; background: $panel;
    }
    CommandPalette CommandList, CommandPalette CommandList:focus {
        border: none; background: $panel; background-tint: $panel 0%;
    }
    CommandList:ansi > .option-list--option-highlighted { text-style: bold underline; }
    """
    BINDINGS = [  # noqa: RUF012
        *bindings(APP_ACTIONS),
        Binding("ctrl+c", "help_quit", show=False, system=True),  # without a selection to copy
    ]
    MODES = {mode: screen_factory(mode) for mode in SCREENS}  # noqa: RUF012
    DEFAULT_MODE = "compose"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {ActionCommands}  # noqa: RUF012

    def __init__(
        self,
        lab: Path,
        *,
        analyser: Analyser | None = None,
        settings: Settings | None = None,
        problems: Iterable[str] = (),
        greets_newcomer: bool = False,
    ) -> None:
        # Without colours, only the terminal's own colours make parts look different.
        super().__init__(
            lab,
            all_actions(),
            settings or Settings(),
            TourLine,
            analyser=analyser,
            ansi_color=True if no_colour_requested() else None,
        )
        self._css_cache = CssCache()
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = starting_theme(self.settings.theme)
        self.set_keymap(keymap(self.actions.values(), self.settings.keys))
        self._terminal_filter = TerminalFilter(ascii=self.settings.ascii)
        self._problems = tuple(problems)
        self._exit_polls_left = MAX_EXIT_POLLS
        # Compose writes the session file as soon as it opens: a user without one is new.
        self._greets_newcomer = greets_newcomer and not session_file(lab).exists()

    def on_mount(self) -> None:
        self.call_after_refresh(self._after_first_frame)
        if self._greets_newcomer:
            run_in_background(lambda: check_lab(self.lab_path), self)
        if self._problems:
            self.notify(
                summarize_problems(self._problems), severity="warning", timeout=15, markup=False
            )

    def _after_first_frame(self) -> None:
        self.analyser.start()
        BackgroundJob(preload_screens)
        if not gc.isenabled():
            gc.freeze()  # the objects loaded by now are never collected
            gc.enable()

    def on_empty_lab(self, message: EmptyLab) -> None:
        """Greet a newcomer, unless a dialog is open or the network was already edited."""
        if message.empty and self.screen is self.screen_stack[0] and not self.document.past:
            self.action_first_steps()

    def refresh_css(self, animate: bool = True) -> None:
        if self._css_cache.is_outdated(self.theme, self.screen_stack):
            super().refresh_css(animate)
            self._css_cache.updated(self.screen_stack)

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._terminal_filter]

    def exit(
        self, result: int | None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """Exit when every widget is mounted (or after `MAX_EXIT_POLLS`): closing screens query them."""
        parts = [part for screen in self.screen_stack for part in (screen, *screen.query())]
        if self._exit_polls_left and not all(part.is_mounted for part in parts):
            self._exit_polls_left -= 1
            self.set_timer(0.01, partial(self.exit, result, return_code, message))
        else:
            super().exit(result, return_code, message)

    async def on_unmount(self) -> None:
        await self.analyser.close()

    def action_first_steps(self) -> None:
        if self.tour:
            self.tour = ()
        else:
            self.push_screen(Welcome(starters()), self._start_tour)

    async def _start_tour(self, starter: Starter | None) -> None:
        if starter is not None:
            await self.switch_mode("compose")
            self.tour = starter.tour
            assert isinstance(self.screen, ComposeScreen)
            self.screen.files.open_item(starter.item)

    def action_theme(self) -> None:
        self.search_themes()

    def action_help(self) -> None:
        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss()
        else:
            self.push_screen(HelpScreen(help_page_for(self.screen)))

    def on_start_ended(self, message: StartEnded) -> None:
        starting = list(self.starting)
        starting.remove(message.name)
        self.starting = tuple(starting)
        if message.result.problem is not None:
            title = f"{message.name} was not started"
            self.push_screen(
                Confirm(title, message.result.problem, (Choice("close", "c", "Close"),))
            )

    async def action_quit(self) -> None:
        request_quit(self)

    def action_compose(self) -> None:
        self.switch_mode("compose")

    def action_ablate(self) -> None:
        self.switch_mode("ablate")

    def action_train(self) -> None:
        self.switch_mode("train")

    def action_compare(self) -> None:
        self.switch_mode("compare")

    def action_guides(self) -> None:
        self.switch_mode("guides")


def run(lab: Path) -> int:
    """Run the app on the lab at `lab` with the user's settings; returns the exit code."""
    settings, problems = load_settings(all_actions())
    return NetlabApp(lab, settings=settings, problems=problems, greets_newcomer=True).run() or 0
