"""The app's themes: dark, light, and terminal colours, each with one accent colour."""

from __future__ import annotations

import os

from textual.theme import Theme

DARK = "netlab-dark"
LIGHT = "netlab-light"
TERMINAL = "terminal"

_REVERSED = {
    "block-cursor-text-style": "reverse",
    "block-cursor-blurred-text-style": "underline",
    "input-cursor-text-style": "reverse",
    "input-selection-background": "ansi_default",
    "button-focus-text-style": "bold reverse",
}
"""Styles that make the cursor visible without colours."""


def _scrollbars(bar: str, behind: str) -> dict[str, str]:
    """Theme variables for scrollbars: the colours of the bar and of the track behind it."""
    return {
        **dict.fromkeys(("scrollbar", "scrollbar-hover", "scrollbar-active"), bar),
        **dict.fromkeys(
            (
                "scrollbar-background",
                "scrollbar-background-hover",
                "scrollbar-background-active",
                "scrollbar-corner-color",
            ),
            behind,
        ),
    }


THEMES: dict[str, Theme] = {
    theme.name: theme
    for theme in (
        Theme(
            name=DARK,
            primary="#58a6c9",
            secondary="#7d8a99",
            accent="#58a6c9",
            warning="#d9a441",
            error="#e0685f",
            success="#6cb585",
            foreground="#d5dae1",
            background="#14171b",
            surface="#191d22",
            panel="#22272e",
            variables={
                "block-cursor-background": "#58a6c9",
                "block-cursor-foreground": "#0d1013",
                "block-cursor-text-style": "none",
                "block-cursor-blurred-background": "#2c3641",
                "footer-key-foreground": "#58a6c9",
                "border-blurred": "#3a424c",
                **_scrollbars("#3a424c", "#1d2228"),
            },
        ),
        Theme(
            name=LIGHT,
            primary="#11698c",
            secondary="#5c6773",
            accent="#11698c",
            warning="#8a5a00",
            error="#b3261e",
            success="#1f6f3f",
            foreground="#1d2126",
            background="#fbfbf9",
            surface="#f4f4f1",
            panel="#e8e9e6",
            dark=False,
            variables={
                "block-cursor-background": "#11698c",
                "block-cursor-foreground": "#ffffff",
                "block-cursor-text-style": "none",
                "block-cursor-blurred-background": "#d3dde2",
                "footer-key-foreground": "#11698c",
                "border-blurred": "#b9bfc5",
                **_scrollbars("#b9bfc5", "#ecedea"),
            },
        ),
        Theme(
            name=TERMINAL,
            primary="ansi_cyan",
            secondary="ansi_default",
            accent="ansi_cyan",
            warning="ansi_yellow",
            error="ansi_red",
            success="ansi_green",
            foreground="ansi_default",
            background="ansi_default",
            surface="ansi_default",
            panel="ansi_default",
            boost="ansi_default",
            ansi=True,
            variables={
                "ansi-background": "ansi_default",
                "ansi-foreground": "ansi_default",
                "block-cursor-background": "ansi_default",
                "border": "ansi_cyan",
                "footer-key-foreground": "ansi_cyan",
                **_scrollbars("ansi_bright_black", "ansi_default"),
                **_REVERSED,
            },
        ),
    )
}
"""The themes by name; `terminal` uses the sixteen colours of the terminal."""


def no_colour_requested() -> bool:
    """Whether `NO_COLOR` is set and not empty."""
    return bool(os.environ.get("NO_COLOR"))


def starting_theme(requested: str) -> str:
    """The theme to start with: `requested`, or `terminal` if `NO_COLOR` is set."""
    return TERMINAL if no_colour_requested() else requested
