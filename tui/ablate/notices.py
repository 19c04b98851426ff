"""Short notices over the screen."""

from __future__ import annotations

from textual.screen import Screen


def show_notice(screen: Screen[None], text: str, *, error: bool = False) -> None:
    """Show `text` with its first letter as a capital."""
    severity = "error" if error else "information"
    screen.notify(text[:1].upper() + text[1:], severity=severity, markup=False)  # type: ignore[arg-type]
