"""What can be done in Compare."""

from __future__ import annotations

from tui.actions import Action

ACTIONS: tuple[Action, ...] = ()
