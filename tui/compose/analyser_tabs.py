"""The read-only tabs: torchinfo summary, MACs by block, PyTorch code."""

from __future__ import annotations

import re
from functools import partial
from typing import ClassVar, Literal

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import ScrollableContainer, Vertical, VerticalScroll
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static, TextArea

from netlab.format import format_count, format_percent
from netlab.recipe.network import Network
from tui.compose.network_rows import kind_text
from tui.compose.row_text import bar
from tui.model.analyser_requests import AnalyserFailure, TextRequest
from tui.model.costs import Costs
from tui.widgets.styles import component_style
from tui.workspace import workspace_of

HEADING = re.compile(r"\S+(?: \S+)*")
"""Matches a heading: words with single spaces between them."""


class LayerTree(ScrollableContainer):
    """The tree of layers as torchinfo draws it."""

    HELP: ClassVar[str] = (
        "The layers as torchinfo lists them: type, output shape for one image, parameters.\n"
        "Arrow keys scroll."
    )

    def compose(self) -> ComposeResult:
        yield Static(classes="text", markup=False)

    def show_text(self, text: str) -> None:
        shown = self.query_one(".text", Static)
        text = compact_table(text)
        shown.styles.width = max(map(len, text.splitlines()), default=1)
        shown.update(Text(text, no_wrap=True))


def compact_table(table: str) -> str:
    """Torchinfo's table with each column only as wide as its contents, to fit the screen."""
    lines = table.splitlines()
    starts = [match.start() for match in HEADING.finditer(lines[0])] if lines else []
    ends = [*starts[1:], None]
    rows = [[line[a:b].rstrip() for a, b in zip(starts, ends, strict=True)] for line in lines]
    widths = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    drawn = ("".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(drawn)


class CodeText(TextArea):
    """The network as the code of a PyTorch file."""

    HELP: ClassVar[str] = (
        "The network as a PyTorch file that needs torch but not netlab.\n"
        "Select with the mouse or shift and the arrows; ctrl+c copies. On the command line:\n"
        "netlab code RECIPE -o FILE."
    )

    def __init__(self) -> None:
        super().__init__(read_only=True, compact=True, soft_wrap=False, classes="text")

    def show_text(self, text: str) -> None:
        self.load_text(text)


class AnalyserTab(Vertical):
    """A text from the analyser, requested when the tab is open and dimmed while stale."""

    DEFAULT_CSS = """
    AnalyserTab > .status { height: auto; max-height: 4; color: $text-muted; padding: 0 1; }
    AnalyserTab > TextArea, AnalyserTab > TextArea:focus { border: none; padding: 0; }
    AnalyserTab.-stale .text { opacity: 60%; }
    """

    _network: Network | None = None

    def __init__(self, ask: Literal["tree", "code"], shown: LayerTree | CodeText, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._ask = ask
        self._shown = shown

    def compose(self) -> ComposeResult:
        yield Static(classes="status", markup=False)
        yield self._shown

    def show(self, network: Network, *, is_open: bool) -> None:
        """Request the text of `network` if the tab is open."""
        if is_open and self._network != network:
            self._network = network
            self.add_class("-stale")
            workspace = workspace_of(self)
            request = TextRequest(self._ask, network, workspace.study.name)
            workspace.ask(request, "document", self, partial(self._receive, network))
            self.show_status("asking the analyser…")

    def _receive(self, network: Network, answer: str | AnalyserFailure) -> None:
        if network != self._network:
            return  # a newer request is open
        if isinstance(answer, AnalyserFailure):
            self.show_status(f"✗ {answer.message}")
            return
        self.remove_class("-stale")
        self.show_status("")
        self._shown.show_text(answer)

    def show_status(self, text: str) -> None:
        line = self.query_one(".status", Static)
        line.display = bool(text)
        line.update(Text(text))


class MacsTab(VerticalScroll):
    """Shows how the MACs and parameters are shared among the rows."""

    HELP: ClassVar[str] = (
        "Where the multiply-accumulates are, and where the parameters are: seldom the same rows.\n"
        "Early rows work on large maps and have the MACs; late rows are wide and have the weights."
    )

    def compose(self) -> ComposeResult:
        yield MacsBars()

    def show(self, network: Network, costs: Costs | None) -> None:
        bars = self.query_one(MacsBars)
        bars.network, bars.costs = network, costs


class MacsBars(Widget):
    """Two bars per row: MACs, and below them parameters."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"bars--bar", "bars--muted"}
    DEFAULT_CSS = """
    MacsBars { height: auto; padding: 0 1; }
    MacsBars > .bars--bar { color: $accent; }
    MacsBars > .bars--muted { color: $text-muted; }
    """

    network: reactive[Network | None] = reactive(None, layout=True)
    costs: reactive[Costs | None] = reactive(None, layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return max(1, 2 * len(self.costs.rows)) if self.costs else 1

    def render(self) -> Text:
        costs = self.costs
        if costs is None or self.network is None or not costs.rows:
            return Text("The bars come with the first figures.")
        muted = component_style(self, "bars--muted")
        stale = costs.network != self.network
        accent = muted if stale else component_style(self, "bars--bar")
        names = [f"{row.row:>2} {kind_text(costs.network, row.row)}" for row in costs.rows]
        label = min(22, max(map(len, names)))
        width = max(4, self.size.width - label - 21)
        text = Text(no_wrap=True)
        for row, name in zip(costs.rows, names, strict=True):
            for first, count, total, unit in (
                (name, row.macs, costs.macs, "MACs"),
                ("", row.params, costs.params, "params"),
            ):
                share = count / total if total else 0.0
                text.append(f"{first:<{label}.{label}} ", style="bold" if first else "")
                text.append(bar(share, width), style=accent if first else muted)
                label_text = f" {format_percent(share):>5} {format_count(count)} {unit}\n"
                text.append(label_text, style=muted if stale or not first else "")
        text.rstrip()
        return text
