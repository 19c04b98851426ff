"""The guides and their status, read in the background whenever the lab changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from tui.background.jobs import post_from_thread, run_in_background
from tui.guide.guide_reader import GuideForm, GuideReader, GuidesLoaded, StatusesRead, read_guides
from tui.lab.study_reads import lab_stamp
from tui.shell.mode_screen import ModeScreen

if TYPE_CHECKING:
    from netlab.report.guide_status import GuideStatus
    from netlab.report.guides import Guide


class GuideLibrary:
    """Reads guides and statuses; posts `GuidesLoaded` and `StatusesRead` to `screen`."""

    def __init__(self, screen: ModeScreen) -> None:
        self.guides: dict[str, Guide] = {}
        self.statuses: Mapping[GuideForm, GuideStatus] = {}
        self.problem: str | None = None
        self.starting: tuple[str, ...] = ()
        """Studies that were being started when the lab was last read."""
        self._screen = screen
        self._lab = screen.workspace.lab_path
        self._reader = GuideReader(self._lab)
        self._reading, self._again = False, False
        self._stamp: object = None
        self.read_anew: Callable[[], Collection[GuideForm]] = tuple
        """Gives the forms whose status is read each time, even if their study is unchanged."""

    def load_guides(self) -> None:
        """Load the guides; post a message after each one."""
        screen = self._screen
        run_in_background(
            lambda: read_guides(lambda message: post_from_thread(screen, message)), screen
        )

    def guides_loaded(self, message: GuidesLoaded) -> None:
        self.guides = {guide.name: guide for guide in message.guides}
        if message.complete:
            self.read_statuses()

    def check_lab(self) -> None:
        """Read the lab if it has been written to since the last check."""
        stamp = lab_stamp(self._lab)
        if stamp != self._stamp:
            self._stamp = stamp
            self.read_statuses()

    def read_statuses(self) -> None:
        """Read the status of all guides; if a reading is under way, read again after it."""
        if self._reading:
            self._again = True
            return
        self._reading, self._again = True, False
        self.starting = self._screen.workspace.starting
        guides, anew = tuple(self.guides.values()), self.read_anew()
        run_in_background(lambda: self._reader.read(guides, anew), self._screen)

    def statuses_read(self, message: StatusesRead) -> bool:
        """Keep what was read. Returns False if it is outdated and is being read again."""
        self._reading = False
        self.statuses, self.problem = message.statuses, message.problem
        if self._again:
            self.read_statuses()
            return False
        return True
