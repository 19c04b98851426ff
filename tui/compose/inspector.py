"""What the selected row is: its form, what is wrong with it, what it is for and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll

from netlab.blocks import KINDS, Shape
from netlab.format import format_count, format_shape
from netlab.recipe.network import Network
from netlab.sanitize import sanitize
from tui.compose.branch_edits import BranchNetwork
from tui.compose.form import Form
from tui.compose.form_fields import FormField, format_value
from tui.model.costs import Costs, Fault, known_in_shape
from tui.widgets.line_list import LineList
from tui.widgets.static_text import StaticText

ABOUT_NETWORK = (
    "what all blocks share: the images that come in, the classes, and what a block inherits"
)

ABOUT_BRANCH = (
    "one way from what arrives to what is merged; without blocks, what arrives goes on unchanged"
)


@dataclass(frozen=True)
class Suggestion:
    """A value of a field that would work, for one key."""

    row: int
    field: str
    value: Any


class Inspector(Vertical):
    """Heading, verdict, form, and below it words about the field and the block."""

    HELP: ClassVar[str] = Form.HELP
    DEFAULT_CSS = """
    Inspector { padding: 0 1; }
    Inspector > #heading { height: auto; max-height: 3; }
    Inspector > #verdict { height: auto; max-height: 6; color: $text-error; display: none; }
    Inspector > #verdict.-shown { display: block; }
    Inspector > VerticalScroll { height: 1fr; }
    Inspector #words { height: auto; padding-right: 1; color: $text-muted; margin-top: 1; }
    Inspector > #field { dock: bottom; height: auto; max-height: 7; color: $text-muted; }
    """

    suggestion: Suggestion | None = None
    """What F4 takes."""
    _analyser_problem: tuple[str | None, Suggestion | None] = (None, None)
    """What the analyser has against the row, and what would mend it."""

    def compose(self) -> ComposeResult:
        """Heading and verdict stay, the rest scrolls."""
        yield StaticText(id="heading")
        yield StaticText(id="verdict")
        with VerticalScroll(can_focus=False):
            yield Form()
            yield StaticText(id="words")
        yield StaticText(id="field")

    def show(self, network: Network, row: int, costs: Costs | None) -> None:
        """Show row `row` (from 1; 0 is the network) with what the analyser says of it."""
        row = min(row, len(network.blocks))
        fault = costs.fault if costs and costs.network == network else None
        mine = fault if fault and (fault.row or 0) == row else None
        arrives = known_in_shape(network, row, costs)
        form = self.query_one(Form)
        form.show(network, row, arrives, mine.field if mine else None)
        self.query_one("#heading", StaticText).set_text(row_heading(network, row, arrives, costs))
        self._analyser_problem = (
            (mine.message, self._suggestion_for(network, row, mine)) if mine else (None, None)
        )
        if not form.typing:
            self._show_problem(*self._analyser_problem)
        self.query_one("#words", StaticText).set_text(block_help(form))
        self._show_field_help()

    def _suggestion_for(self, network: Network, row: int, fault: Fault | None) -> Suggestion | None:
        if fault is None or not fault.valid_values or fault.field is None or row == 0:
            return None
        present = getattr(network.blocks[row - 1], fault.field, None)
        works = fault.valid_values
        if isinstance(present, int | float):
            works = tuple(sorted(works, key=lambda value: abs(value - present)))
        return Suggestion(row, fault.field, works[0])

    def on_form_refused(self, event: Form.Refused) -> None:
        """Explain an impossible value, with what would work."""
        event.stop()
        form = self.query_one(Form)
        if event.why is None:
            self._show_problem(*self._analyser_problem)
        elif event.nearest is None:
            self._show_problem(event.why, None)
        else:
            self._show_problem(event.why, Suggestion(form.row, form.field.name, event.nearest))

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        """Tell what the field under the cursor means."""
        event.stop()
        self._show_field_help()

    def _show_problem(self, why: str | None, offer: Suggestion | None) -> None:
        self.suggestion = offer
        verdict = self.query_one("#verdict", StaticText)
        verdict.set_class(why is not None, "-shown")
        if why is None:
            return
        text = Text(f"✗ {why}")
        if self.suggestion is not None:
            name = self.suggestion.field.replace("_", " ")
            text.append(f"\n  F4 takes {name} {format_value(self.suggestion.value)}", style="bold")
        verdict.set_text(text)

    def _show_field_help(self) -> None:
        form = self.query_one(Form)
        if form.network is not None:
            self.query_one("#field", StaticText).set_text(field_help(form.field))


def row_heading(network: Network, row: int, arrives: Shape | None, costs: Costs | None) -> Text:
    """What the row is, what goes in and out, and its figures."""
    if row == 0:
        if isinstance(network, BranchNetwork):
            return _titled(f"branch {sanitize(network.name)}", ABOUT_BRANCH)
        return _titled("network", ABOUT_NETWORK)
    spec = network.blocks[row - 1]
    text = Text(f"{row} {spec.block}", style="bold")
    text.append(f"  {spec.family}", style="not bold italic")
    if costs is not None and row <= len(costs.rows):
        cost = costs.rows[row - 1]
        stale = costs.network != network
        shapes = f"{format_shape(cost.in_shape)} → {format_shape(cost.out_shape)}"
        figures = (
            f"{format_count(cost.params)} params · {format_count(cost.macs)} MACs"
            f" · {format_count(cost.activations)} activations"
        )
        text.append(f" · {shapes}\n{figures}", style="not bold dim" if stale else "not bold")
    elif arrives:
        text.append(f"\n{format_shape(arrives)} arrives", style="not bold")
    return text


def _titled(name: str, about: str) -> Text:
    return Text(name, style="bold").append(f"\n{about}", style="not bold")


def field_help(field: FormField) -> Text:
    """What a field means, and what it takes."""
    text = Text(field.name.replace("_", " "), style="bold")
    about = f": {field.help}" if field.help else ""
    return text.append(f"{about}. Takes {field.accepts}.", style="not bold")


def block_help(form: Form) -> Text:
    """The block in words: what it is for, what it costs, where it is from."""
    text = Text()
    if form.row == 0 or form.network is None:
        return text
    spec = KINDS[form.network.blocks[form.row - 1].block]
    text.append("For ", style="bold").append(f"{spec.purpose}.")
    text.append("\nCost ", style="bold").append(f"{spec.cost}.")
    if spec.paper:
        text.append("\nPaper ", style="bold").append(str(spec.paper))
    return text
