"""The F1 help: the purpose of the focused widget, and every key that works there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from inspect import cleandoc
from typing import ClassVar

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tui.config.key_names import format_keys
from tui.shell.dialog import Dialog

HelpLine = tuple[str, str, str]
"""Keys, title and explanation of an action."""
MAX_KEYS_WIDTH = 28
"""Most cells of the column of keys; longer texts wrap."""
SECTIONS = ("In this dialog", "In this mode", "Here", "Everywhere")
"""The sections of the page by where keys are bound, in order."""


@dataclass(frozen=True)
class HelpPage:
    """The purpose of a widget, and the keys that work in it, by section."""

    about: str
    sections: tuple[tuple[str, tuple[HelpLine, ...]], ...]


def help_page_for(screen: Screen[object]) -> HelpPage:
    """Help for the focused widget of `screen`, or for the screen if none has the focus."""
    at = screen.focused or screen
    found: dict[str, dict[str, list[ActiveBinding]]] = {section: {} for section in SECTIONS}
    for binding in screen.active_bindings.values():
        section = _section(binding.node)
        found[section].setdefault(binding.binding.action, []).append(binding)
    sections = tuple((title, _lines(by_action.values())) for title, by_action in found.items())
    return HelpPage(_about(at), tuple(section for section in sections if section[1]))


def _lines(bound: Iterable[list[ActiveBinding]]) -> tuple[HelpLine, ...]:
    """A line for each described action; those with an `Action` come first."""
    lines = [
        (same[0].binding.id is None, _line(same)) for same in bound if same[0].binding.description
    ]
    return tuple(line for _, line in sorted(lines, key=lambda one: one[0]))


def _about(at: DOMNode) -> str:
    """The HELP of the widget, or of its nearest ancestor that has one."""
    for node in at.ancestors_with_self:
        if isinstance(node, Widget) and node.HELP:
            return "\n\n".join(
                " ".join(paragraph.split()) for paragraph in cleandoc(node.HELP).split("\n\n")
            )
    return ""


def _section(node: DOMNode) -> str:
    if isinstance(node, Screen):
        return "In this dialog" if node.is_modal else "In this mode"
    return "Here" if isinstance(node, Widget) else "Everywhere"


def _line(same: Iterable[ActiveBinding]) -> HelpLine:
    bindings = [active.binding for active in same]
    keys = format_keys(",".join(binding.key for binding in bindings))
    return keys, bindings[0].description, bindings[0].tooltip


def render_page(page: HelpPage) -> Group:
    """The page as a Rich group, with a column of keys and one of explanations."""
    parts: list[RenderableType] = [Text(page.about or "This part has no help of its own.")]
    widest = max((len(keys) for _, lines in page.sections for keys, _, _ in lines), default=0)
    for title, lines in page.sections:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=min(widest, MAX_KEYS_WIDTH) + 2)
        table.add_column(ratio=1)
        for keys, name, sentence in lines:
            text = Text(name).append(f": {sentence}" if sentence else "", style="dim")
            table.add_row(Padding(Text(keys, style="bold"), (0, 0, 0, 2)), text)
        parts += [Text(f"\n{title}", style="bold"), table]
    return Group(*parts)


class HelpScreen(Dialog[None]):
    """The dialog that shows a help page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close"),
        Binding("down,j", "down", "Down", show=False),
        Binding("up,k", "up", "Up", show=False),
    ]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > VerticalScroll {
        width: 76; max-width: 94%; height: auto; max-height: 88%;
        background: $panel; border: round $accent; padding: 1 2;
        border-title-color: $text; border-subtitle-color: $text-muted;
    }
    HelpScreen Static { width: 1fr; height: auto; padding-right: 1; background: $panel; }
    """

    def __init__(self, page: HelpPage, title: str = "Help") -> None:
        super().__init__()
        self.page = page
        self._heading = title

    def compose(self) -> ComposeResult:
        scroll = VerticalScroll(Static(render_page(self.page), markup=False))
        scroll.border_title = Content(self._heading)
        scroll.border_subtitle = "Esc: close"
        yield scroll

    def action_down(self) -> None:
        self.query_one(VerticalScroll).scroll_down(animate=False)

    def action_up(self) -> None:
        self.query_one(VerticalScroll).scroll_up(animate=False)

    async def action_dismiss(self, result: None = None) -> None:
        self.dismiss(result)
