"""What can be done in Ablate."""

from __future__ import annotations

from tui.actions import Action

ACTIONS: tuple[Action, ...] = ()
