"""Which study Compare shows: the newest, a chosen one, or one started during an absence."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from netlab.lab.records import StudyInCondition


class StudyChoice:
    """Moves to a study entered while Compare was last not shown, until the user chooses one."""

    def __init__(self) -> None:
        self._left_at, self._returned_at = 0.0, 0.0
        """Wall-clock seconds. `inf` after a choice, so that no newer study takes its place."""

    def screen_left(self) -> None:
        self._left_at = time.time()

    def screen_shown(self) -> None:
        if self._left_at > self._returned_at:
            self._returned_at = time.time()

    def study_chosen(self) -> None:
        self._left_at = math.inf

    def next_study(
        self, studies: Sequence[StudyInCondition], selected: tuple[str, str] | None
    ) -> StudyInCondition | None:
        """The study to show instead of the `selected` one; None to keep that."""
        if not studies:
            return None
        newest = studies[0]
        if selected not in [(one.study, one.condition) for one in studies]:
            return newest
        entered_meanwhile = self._left_at < newest.entered < self._returned_at
        other = (newest.study, newest.condition) != selected
        return newest if other and entered_meanwhile else None
