"""One step of the tour that leads a newcomer to a comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

ENTER = "enter"


@dataclass(frozen=True)
class TourStep:
    """What is pressed in which mode, and what that does."""

    mode: str
    """The mode in which it is taken; `welcome` for the first."""
    action_ids: tuple[str, ...]
    """Ids of actions, or `enter`."""
    text: str
    hint: str = ""
    """What is seen before it is taken."""

    def keys(self, first_key: Callable[[str], str]) -> str:
        """The keys as they are written for people, such as `s Enter`."""
        return " ".join("Enter" if one == ENTER else first_key(one) for one in self.action_ids)


Tour = tuple[TourStep, ...]
