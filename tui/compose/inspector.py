"""The selected row: its shapes and costs, its problem, its form, and help for it."""

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
    "one path from the input of the row to the merge; without blocks, the input stays unchanged"
)


@dataclass(frozen=True)
class Suggestion:
    """A valid value that F4 sets in a field."""

    row: int
    field: str
    value: Any


class Inspector(Vertical):
    """Heading, problem and form; below them help for the block and the field."""

    HELP: ClassVar[str] = Form.HELP
    DEFAULT_CSS = """
    Inspector { padding: 0 1; }
    Inspector > #heading { height: auto; max-height: 3; }
    Inspector > #problem { height: auto; max-height: 6; color: $text-error; display: none; }
    Inspector > #problem.-shown { display: block; }
    Inspector > VerticalScroll { height: 1fr; }
    Inspector #about { height: auto; padding-right: 1; color: $text-muted; margin-top: 1; }
    Inspector > #field { dock: bottom; height: auto; max-height: 7; color: $text-muted; }
    """

    suggestion: Suggestion | None = None
    _analyser_problem: tuple[str | None, Suggestion | None] = (None, None)
    """The analyser's message about the row, and the suggestion that fixes it."""

    def compose(self) -> ComposeResult:
        yield StaticText(id="heading")
        yield StaticText(id="problem")
        with VerticalScroll(can_focus=False):
            yield Form()
            yield StaticText(id="about")
        yield StaticText(id="field")

    def show(self, network: Network, row: int, costs: Costs | None) -> None:
        row = min(row, len(network.blocks))
        fault = costs.fault if costs and costs.network == network else None
        mine = fault if fault and (fault.row or 0) == row else None
        in_shape = known_in_shape(network, row, costs)
        form = self.query_one(Form)
        form.show(network, row, in_shape, mine.field if mine else None)
        self.query_one("#heading", StaticText).set_text(row_heading(network, row, in_shape, costs))
        self._analyser_problem = (
            (mine.message, self._suggestion_for(network, row, mine)) if mine else (None, None)
        )
        if not form.typing:
            self._show_problem(*self._analyser_problem)
        self.query_one("#about", StaticText).set_text(block_help(form))
        self._show_field_help()

    def _suggestion_for(self, network: Network, row: int, fault: Fault | None) -> Suggestion | None:
        if fault is None or not fault.valid_values or fault.field is None or row == 0:
            return None
        present = getattr(network.blocks[row - 1], fault.field, None)
        values = fault.valid_values
        if isinstance(present, int | float):
            values = tuple(sorted(values, key=lambda value: abs(value - present)))
        return Suggestion(row, fault.field, values[0])

    def on_form_refused(self, event: Form.Refused) -> None:
        event.stop()
        form = self.query_one(Form)
        if event.error is None:
            self._show_problem(*self._analyser_problem)
        elif event.nearest is None:
            self._show_problem(event.error, None)
        else:
            self._show_problem(event.error, Suggestion(form.row, form.field.name, event.nearest))

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        event.stop()
        self._show_field_help()

    def _show_problem(self, error: str | None, suggestion: Suggestion | None) -> None:
        self.suggestion = suggestion
        line = self.query_one("#problem", StaticText)
        line.set_class(error is not None, "-shown")
        if error is None:
            return
        text = Text(f"✗ {error}")
        if suggestion is not None:
            name = suggestion.field.replace("_", " ")
            text.append(f"\n  F4 takes {name} {format_value(suggestion.value)}", style="bold")
        line.set_text(text)

    def _show_field_help(self) -> None:
        form = self.query_one(Form)
        if form.network is not None:
            self.query_one("#field", StaticText).set_text(field_help(form.field))


def row_heading(network: Network, row: int, in_shape: Shape | None, costs: Costs | None) -> Text:
    """The heading: the row's name, shapes and costs."""
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
        counts = (
            f"{format_count(cost.params)} params · {format_count(cost.macs)} MACs"
            f" · {format_count(cost.activations)} activations"
        )
        text.append(f" · {shapes}\n{counts}", style="not bold dim" if stale else "not bold")
    elif in_shape:
        text.append(f"\ninput {format_shape(in_shape)}", style="not bold")
    return text


def _titled(name: str, about: str) -> Text:
    return Text(name, style="bold").append(f"\n{about}", style="not bold")


def field_help(field: FormField) -> Text:
    """Help for a field: its meaning and valid values."""
    text = Text(field.name.replace("_", " "), style="bold")
    about = f": {field.help}" if field.help else ""
    return text.append(f"{about}. Takes {field.accepts}.", style="not bold")


def block_help(form: Form) -> Text:
    """Help for the block: purpose, cost and paper."""
    text = Text()
    if form.row == 0 or form.network is None:
        return text
    spec = KINDS[form.network.blocks[form.row - 1].block]
    text.append("For ", style="bold").append(f"{spec.purpose}.")
    text.append("\nCost ", style="bold").append(f"{spec.cost}.")
    if spec.paper:
        text.append("\nPaper ", style="bold").append(str(spec.paper))
    return text
