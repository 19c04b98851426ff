"""The app: five modes over one document, one study and one lab."""

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
from tui.config.keys import keymap
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
"""Hundredths of a second that leaving waits at most for a screen that is being put together."""


class NetlabApp(Workspace, inherit_bindings=False):
    """Compose, ablate, train, compare; guides lead along."""

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
        Binding("ctrl+c", "help_quit", show=False, system=True),  # where nothing is to be copied
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
        # Colours that are to be left out are told apart only where they are the terminal's own.
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
        # Compose keeps what is open from its first moment on: who has nothing kept is new here.
        self._greets_newcomer = greets_newcomer and not session_file(lab).exists()

    def on_mount(self) -> None:
        """Once the first frame is on its way, start what it does not need."""
        self.call_after_refresh(self._after_first_frame)
        if self._greets_newcomer:
            run_in_background(lambda: check_lab(self.lab_path), self)
        if self._problems:
            told = summarize_problems(self._problems)
            self.notify(told, severity="warning", timeout=15, markup=False)

    def _after_first_frame(self) -> None:
        self.analyser.start()
        BackgroundJob(preload_screens)
        if not gc.isenabled():
            gc.freeze()  # what is loaded by now stays
            gc.enable()

    def on_empty_lab(self, message: EmptyLab) -> None:
        """Greet who begins, unless something has been begun already."""
        if message.empty and self.screen is self.screen_stack[0] and not self.document.past:
            self.action_first_steps()

    def refresh_css(self, animate: bool = True) -> None:
        """Compute the styles of the screens in view, if they are those of another theme."""
        if self._css_cache.is_outdated(self.theme, self.screen_stack):
            super().refresh_css(animate)
            self._css_cache.updated(self.screen_stack)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What is done to every line before it is shown."""
        return [*super().get_line_filters(), self._terminal_filter]

    def exit(
        self,
        result: int | None = None,
        return_code: int = 0,
        message: RenderableType | None = None,
    ) -> None:
        """Leave as soon as the screen is put together: half of it would look for the rest in vain."""
        parts = [part for screen in self.screen_stack for part in (screen, *screen.query())]
        if self._exit_polls_left and not all(part.is_mounted for part in parts):
            self._exit_polls_left -= 1
            self.set_timer(0.01, partial(self.exit, result, return_code, message))
        else:
            super().exit(result, return_code, message)

    async def on_unmount(self) -> None:
        """Leave no process behind."""
        await self.analyser.close()

    def action_first_steps(self) -> None:
        """Templates, and the way from there to a comparison; who is being led is led no more."""
        if self.tour:
            self.tour = ()
        else:
            self.push_screen(Welcome(starters()), self._start_tour)

    async def _start_tour(self, offer: Starter | None) -> None:
        if offer is not None:
            await self.switch_mode("compose")
            self.tour = offer.tour
            assert isinstance(self.screen, ComposeScreen)
            self.screen.files.open_item(offer.item)

    def action_theme(self) -> None:
        """Choose another theme."""
        self.search_themes()

    def action_help(self) -> None:
        """Help for what has the focus; a second time, no more of it."""
        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss()
        else:
            self.push_screen(HelpScreen(help_page_for(self.screen)))

    def on_start_ended(self, message: StartEnded) -> None:
        """The runs are in the lab; or say why not."""
        starting = list(self.starting)
        starting.remove(message.name)
        self.starting = tuple(starting)
        if message.result.problem is not None:
            title = f"{message.name} was not started"
            self.push_screen(
                Confirm(title, message.result.problem, (Choice("close", "c", "Close"),))
            )

    async def action_quit(self) -> None:
        """Leave; where runs are alive, ask what shall become of them."""
        request_quit(self)

    def action_compose(self) -> None:
        """Go to Compose."""
        self.switch_mode("compose")

    def action_ablate(self) -> None:
        """Go to Ablate."""
        self.switch_mode("ablate")

    def action_train(self) -> None:
        """Go to Train."""
        self.switch_mode("train")

    def action_compare(self) -> None:
        """Go to Compare."""
        self.switch_mode("compare")

    def action_guides(self) -> None:
        """Go to Guides."""
        self.switch_mode("guides")


def run(lab: Path) -> int:
    """Run the app on the lab at `lab` with the person's settings; gives the exit code."""
    settings, problems = load_settings(all_actions())
    return NetlabApp(lab, settings=settings, problems=problems, greets_newcomer=True).run() or 0
