"""Short notices over the screen."""

from __future__ import annotations

from textual.screen import Screen


def show_notice(screen: Screen[None], text: str, *, error: bool = False) -> None:
    """Show `text`, which begins with a capital letter then."""
    severity = "error" if error else "information"
    screen.notify(text[:1].upper() + text[1:], severity=severity, markup=False)  # type: ignore[arg-type]
