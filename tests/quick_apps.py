"""Many apps in one process, without doing for each what one of them has done for all.

Most of the time of a test in an app went to what says nothing about netlab: reading the same style
sheets, sleeping, and looking through what one of Textual's caches keeps of apps that are gone.
"""

from __future__ import annotations

from textual import _wait
from textual._styles_cache import StylesCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

_parse = Stylesheet._parse_rules
_rules: dict[tuple[object, ...], list[RuleSet]] = {}


def _parse_once(
    sheet: Stylesheet,
    css: str,
    read_from: CSSLocation,
    is_default_rules: bool = False,
    tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:
    given = (css, read_from, is_default_rules, tie_breaker, scope)
    key = (*given, *sheet._variables.items())
    if key not in _rules:
        _rules[key] = _parse(sheet, *given)
    return _rules[key]


def speed_up() -> None:
    """Let apps share the rules of style sheets, and keys not wait until the process is idle.

    How busy the process is says nothing on a crowded machine; `wait_until_settled` asks the app.
    """
    Stylesheet._parse_rules = _parse_once  # type: ignore[assignment, method-assign]
    _wait.SLEEP_GRANULARITY = 0.0
    _wait.SLEEP_IDLE = float("inf")


def clear_caches() -> None:
    """Let go of the widgets of an app that has ended."""
    StylesCache.get_inner_outer.cache_clear()
