"""The YAML tab: the network as in a recipe, which can be edited and applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, ConfigDict
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import var
from textual.timer import Timer
from textual.widgets import Static, TextArea

from netlab.errors import NetlabError, RecipeError
from netlab.recipe.network import Network
from netlab.recipe.yaml.yaml_text import network_text
from tui.model.network_document import PendingText

TYPING_PAUSE_S = 0.2
"""Seconds from the last key press until the text is validated."""


class NetworkText(BaseModel):
    """The valid content of the text: only a network."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    network: Network


class YamlTab(Vertical):
    """The text follows the network until it is edited; F5 applies the edits, F8 drops them."""

    HELP: ClassVar[str] = (
        "The network as YAML. Edit it; an error is shown with its line. F5 applies the text as one\n"
        "step that can be undone, F8 drops the edits. Edits that are not applied are kept with the\n"
        "network, and the tab has a *. Comments are lost when the text is applied."
    )
    DEFAULT_CSS = """
    YamlTab > TextArea, YamlTab > TextArea:focus { height: 1fr; border: none; padding: 0; }
    YamlTab > #yaml-status { height: auto; max-height: 4; padding: 0 1; color: $text-muted; }
    YamlTab.-wrong > #yaml-status { color: $text-error; }
    """

    network: Network | None = None
    _network_text = ""
    typed: var[str | None] = var(None)
    """The edited text; None if it was not edited."""
    _timer: Timer | None = None
    _network_changed = False
    """Whether the network has changed since the first edit of the text."""

    @dataclass
    class Applied(Message):
        """The user wants to replace the network by the edited one."""

        network: Network

    def compose(self) -> ComposeResult:
        yield TextArea(show_line_numbers=True, compact=True)
        yield Static(id="yaml-status", markup=False)

    def show(self, network: Network, unapplied: PendingText | None) -> None:
        text = unapplied.text if unapplied is not None else None
        meanwhile = unapplied is not None and unapplied.based_on != network
        if (network, text, meanwhile) == (self.network, self.typed, self._network_changed):
            return
        if network != self.network:
            self.network, self._network_text = network, network_text(network)
        self._network_changed = meanwhile
        if text is None or text != self.typed:
            self._load(self._network_text if text is None else text)
        self._update_typed()
        self._show_status()

    def apply(self) -> None:
        """Apply the text, or go to the line with the error."""
        self._update_typed()
        network, fault = self._parse()
        if network is not None:
            self.post_message(self.Applied(network))
        elif fault is not None and fault.line is not None:
            self._area.move_cursor((fault.line - 1, 0))
            self._area.focus()
        self._show_status()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._update_typed()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(TYPING_PAUSE_S, self._show_status)

    @property
    def _area(self) -> TextArea:
        return self.query_one(TextArea)

    def _load(self, text: str) -> None:
        if text != self._area.text:
            location = self._area.cursor_location
            self._area.load_text(text)
            self._area.move_cursor(location)

    def _update_typed(self) -> None:
        text = self._area.text
        self.typed = text if text != self._network_text else None

    def _parse(self) -> tuple[Network | None, RecipeError | None]:
        from netlab.errors import InvalidRecipeError
        from netlab.recipe.yaml.document import parse_document
        from netlab.recipe.yaml.validation_messages import validate_document

        try:
            return validate_document(
                NetworkText, parse_document(self._area.text, "YAML")
            ).network, None
        except InvalidRecipeError as error:
            return None, error.errors[0]
        except RecipeError as error:
            return None, error
        except NetlabError as error:
            return None, RecipeError(str(error))

    def _show_status(self) -> None:
        fault = None
        if self.typed is None:
            text = "Edit the text; F5 applies it."
        else:
            _network, fault = self._parse()
            text = fault_text(fault) if fault else "Edited: F5 applies it, F8 drops it."
        self.set_class(fault is not None, "-wrong")
        first = "The network has changed meanwhile: " if self._network_changed else ""
        self.query_one("#yaml-status", Static).update(Text(first + text))


def fault_text(fault: RecipeError) -> str:
    """`✗ line 5: network.blocks[2].groups: …`."""
    line = f"line {fault.line}: " if fault.line else ""
    return f"✗ {line}{f'{fault.field}: ' if fault.field else ''}{fault.message}"
