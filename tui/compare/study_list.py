"""The list of studies next to the table."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.text import Text
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from netlab.format import format_age
from netlab.lab.records import StudyInCondition
from netlab.sanitize import sanitize
from tui.widgets.cells import fit_width
from tui.widgets.options import VimOptions

MAX_LISTED = 300
"""Most studies in the list; the dialog also finds the older ones."""
LIST_WIDTH = 34


class StudyList(VimOptions):
    """Studies and conditions, newest first."""

    HELP = """
    The studies of this lab, each under each of its conditions (data and protocol), the last
    entered first, with how many of its runs are done.

    Enter or a click shows its table. s searches all of them.
    """
    DEFAULT_CSS = f"""
    StudyList {{
        width: {LIST_WIDTH}; height: 1fr; border: none; border-right: vkey $panel; padding: 0;
        background: transparent; overflow-x: hidden; scrollbar-size-vertical: 1;
    }}
    """

    @dataclass
    class Chosen(Message):
        """A study was chosen."""

        study: StudyInCondition

    def __init__(self, *, ascii: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._ascii = ascii
        self._plans: tuple[StudyInCondition, ...] = ()

    def show(self, plans: Sequence[StudyInCondition], now: tuple[str, str] | None) -> None:
        """List `plans`, the cursor on the study `now`; if the list has focus, keep the cursor."""
        listed = tuple(plans[:MAX_LISTED])
        at = now
        if self.has_focus and self.highlighted is not None and self.highlighted < len(self._plans):
            plan = self._plans[self.highlighted]
            at = plan.study, plan.condition
        if listed != self._plans:
            self._plans = listed
            self.clear_options()
            self.add_options([Option(self._label(plan)) for plan in listed])
            if len(plans) > MAX_LISTED:
                more = f" {len(plans) - MAX_LISTED} older: s finds them"
                self.add_option(Option(Text(more, style="dim"), disabled=True))
        places = [(plan.study, plan.condition) for plan in listed]
        self.highlighted = places.index(at) if at in places else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(self._plans[event.option_index]))

    def _label(self, plan: StudyInCondition) -> Text:
        done = f"{plan.done}/{plan.runs}"
        room = LIST_WIDTH - 4
        name = fit_width(sanitize(plan.study), room - len(done) - 1, ascii=self._ascii)
        text = Text(f" {name} {done}\n", style="bold", no_wrap=True)
        when = time_since(plan.entered)
        label = fit_width(sanitize(plan.label), room - len(when) - 1, ascii=self._ascii)
        return text.append(f" {label} {when}", style="not bold dim")


def time_since(when: float, now: float | None = None) -> str:
    """How long ago `when` was: `now`, `5 min`, `3 h`, `2 d`; a date if 30 days or more."""
    seconds = max(0.0, (time.time() if now is None else now) - when)
    if seconds < 60:
        return "now"
    if seconds < 30 * 86400:
        return format_age(seconds)
    return datetime.fromtimestamp(when).astimezone().date().isoformat()
