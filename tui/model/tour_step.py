"""A step of the tour that leads a newcomer to a comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

ENTER = "enter"


@dataclass(frozen=True)
class TourStep:
    """The keys to press in a mode, and what they do."""

    mode: str
    """The mode in which the step is done; `welcome` for the first step."""
    action_ids: tuple[str, ...]
    """Ids of actions, or `enter`."""
    text: str
    hint: str = ""
    """What the user sees before doing the step."""

    def keys(self, first_key: Callable[[str], str]) -> str:
        """The keys formatted for display, such as `s Enter`."""
        return " ".join("Enter" if one == ENTER else first_key(one) for one in self.action_ids)


Tour = tuple[TourStep, ...]
