"""The actions of Guides."""

from __future__ import annotations

from tui.config.actions import Action

ACTIONS: tuple[Action, ...] = (
    Action("guides.open", "enter,o", "Read", "Go to the page of the highlighted guide.", show=True),
    Action("guides.search", "slash", "Search", "Show the guides that have some words."),
    Action("guides.back", "escape", "Back", "Go back to the list.", show=True),
    Action(
        "guides.holds", "y", "Holds", "Write down that you expect the claim to hold.", show=True
    ),
    Action(
        "guides.fails",
        "n",
        "Does not",
        "Write down that you expect the opposite of the claim.",
        show=True,
    ),
    Action("guides.no-guess", "x", "No guess", "Take back what you expect of the claim."),
    Action("guides.words", "w", "In words", "Write a line on what you expect, in your own words."),
    Action(
        "guides.start",
        "s",
        "Start",
        "Train the guide's runs in the background, what you expect being written down first.",
        show=True,
    ),
    Action("guides.form", "f", "Short or full", "Change between the short form and the full one."),
    Action(
        "guides.time", "t", "Time it", "Measure speed for the claims about it, apart from training."
    ),
)
