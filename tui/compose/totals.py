"""The totals, always visible: the network's costs and their change from the baseline."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

from netlab.format import format_count, format_count_change
from netlab.recipe.network import Network
from tui.model.costs import Costs
from tui.widgets.styles import component_style

STATE_TEXTS = {
    "starting": "analyser starting…",
    "ready": "",
    "slow": "analyser is slow to answer…",
    "died": "analyser died, restarting…",
    "wrong": "analyser gave a wrong answer, restarting…",
    "stuck": "analyser was stuck, restarting…",
    "gone": "no analyser",
}


class Totals(Widget):
    """Two lines: the costs, and below each cost its change from the baseline."""

    HELP: ClassVar[str] = (
        "What the whole network costs for one image, and the change from the baseline.\n"
        "MACs are multiply-accumulates of convolutions and linear layers; FLOPs are twice that.\n"
        "Activations are the values that layers output.\n"
        "Dimmed costs are those of the network before the last change."
    )
    COMPONENT_CLASSES: ClassVar[set[str]] = {"totals--muted", "totals--error", "totals--label"}
    DEFAULT_CSS = """
    Totals { height: 2; background: $panel; padding: 0 1; }
    Totals > .totals--muted { color: $text-muted; text-style: dim; }
    Totals > .totals--label { color: $text-muted; }
    Totals > .totals--error { color: $text-error; text-style: bold; }
    """

    network: reactive[Network | None] = reactive(None)
    costs: reactive[Costs | None] = reactive(None)
    baseline: reactive[Costs | None] = reactive(None)
    state: reactive[str] = reactive("starting")
    error: reactive[str] = reactive("")
    """Why the costs of the network are not known."""

    def render(self) -> Text:
        """The costs in columns; at the right an error or the state of the analyser."""
        costs, muted = self.costs, component_style(self, "totals--muted")
        if costs is None:
            text = self.error or STATE_TEXTS.get(self.state) or "asking…"
            return Text(f"Costs: {text}", style=muted)
        stale = costs.network != self.network
        width = self.size.width
        column = max(20, min(30, (width - 2) // 4))
        names = ("parameters", "MACs", "activations")
        upper, lower = Text(no_wrap=True), Text(no_wrap=True)
        label = component_style(self, "totals--label")
        for name, attribute in zip(names, ("params", "macs", "activations"), strict=True):
            now = getattr(costs, attribute)
            upper.append(f"{name} ", style=label)
            figure = format_count(now)
            upper.append(
                f"{figure:<{max(1, column - len(name) - 1)}}", style=muted if stale else "bold"
            )
            change = self._change(now, attribute)
            lower.append(f"{change:<{column}}", style=muted if stale else "")
        note, style = self._note(stale)
        space = width - upper.cell_len
        if note and space > 8:
            fault = costs.fault
            if fault and fault.row and len(note) > space and not stale:
                note = f"✗ see row {fault.row}"  # the inspector shows it in full
            note_text = Text(note, style=component_style(self, style))
            note_text.truncate(space, overflow="ellipsis")
            upper.append_text(note_text)
        reference = "against the baseline"
        if width - lower.cell_len > len(reference):
            lower.append(reference, style=label)
        return Text("\n", no_wrap=True).join([upper, lower])

    def _change(self, now: int, attribute: str) -> str:
        if self.costs is not None and self.costs.fault and not self.costs.fault.trainable_only:
            return "up to the fault"
        return format_count_change(now, getattr(self.baseline, attribute)) if self.baseline else "…"

    def _note(self, stale: bool) -> tuple[str, str]:
        if stale and self.error:
            return f"✗ {self.error}", "totals--error"
        if self.state != "ready" and (stale or self.state != "starting"):
            return STATE_TEXTS.get(self.state, self.state), "totals--error"
        fault = self.costs.fault if self.costs else None
        if fault and not stale:
            return f"✗ {f'row {fault.row}: ' if fault.row else ''}{fault.message}", "totals--error"
        return "", "totals--label"
