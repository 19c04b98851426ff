"""The app in Compose with an analyser that answers at once, without torch, by a simple rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, Static
from tui_helpers import AppDriver, drive, until

from netlab.blocks import BlockSpec, Shape
from netlab.recipe.network import Network
from tui.app import NetlabApp
from tui.compose.form import Form
from tui.compose.inspector import Inspector
from tui.compose.network_rows import NetworkRows
from tui.compose.screen import ComposeScreen
from tui.compose.totals import Totals
from tui.model.analyser import Analyser, AnalyserState
from tui.model.analyser_requests import AnalyserFailure, AnalyserRequest, AnswerT


class FakeAnalyser:
    """Stands in for the analyser: channels are parameters, pixels times channels are MACs."""

    def __init__(self) -> None:
        self.app: NetlabApp | None = None
        self.silent = False
        self.prepared: dict[Network, tuple[Network, tuple[str, ...]]] = {}
        """What variants become when they are repaired, and how that is described."""
        self.held_replies: list[Callable[[], None]] = []
        self.questions: list[str] = []

    def start(self) -> None:
        """Be ready at once."""
        self.set_state("ready")

    async def close(self) -> None:
        """Nothing to close."""

    def set_state(self, state: AnalyserState) -> None:
        """Tell the app another state."""
        assert self.app is not None
        self.app.call_later(self.app.set_analyser_state, state)

    def ask(
        self,
        request: AnalyserRequest[AnswerT],
        slot: str,  # noqa: ARG002
        on_answer: Callable[[AnswerT | AnalyserFailure], object],
    ) -> None:
        """Answer at once; while silent, when `release_replies` is called."""
        self.questions.append(request.ask)
        network = Network.model_validate(request.to_dict()["network"])
        values: dict[str, dict[str, Any]] = {
            "costs": costs(network),
            "prepare": self._prepare(network),
        }
        value = values.get(request.ask, {"text": f"{request.ask} of {len(network.blocks)}"})
        answer = request.read(value)

        def reply() -> None:
            assert self.app is not None
            self.app.call_later(on_answer, answer)

        if self.silent:
            self.held_replies.append(reply)
        else:
            reply()

    def _prepare(self, network: Network) -> dict[str, Any]:
        found, words = self.prepared.get(network, (network, ()))
        return {**costs(found), "network": found.to_dict(), "descriptions": list(words)}

    def release_replies(self) -> None:
        """Give all answers that were held back."""
        self.silent = False
        for reply in self.held_replies:
            reply()
        self.held_replies.clear()


def costs(network: Network) -> dict[str, Any]:
    """An answer to `costs`, with the first problem of a row."""
    rows: list[dict[str, Any]] = []
    in_shape: Shape = network.input
    fault = None
    for number, spec in enumerate(network.resolved_blocks(), 1):
        problem = next(spec.unrolled()[0].check(in_shape), None)
        if problem:
            fault = {
                "message": problem.message,
                "row": number,
                "kind": spec.block,
                "field": problem.field,
                "valid_values": list(problem.valid_values),
            }
            break
        shape = out_shape(spec, in_shape)
        pixels = shape[1] * shape[2] if len(shape) == 3 else 1
        rows.append(
            {
                "row": number,
                "in_shape": list(in_shape),
                "out_shape": list(shape),
                "params": shape[0] * spec.repeat,
                "macs": shape[0] * pixels,
                "activations": pixels,
            }
        )
        in_shape = shape
    sums = {name: sum(row[name] for row in rows) for name in ("params", "macs", "activations")}
    total = {**sums, "macs_with_bias": sums["macs"], "forward_backward_mb": 1.0}
    return {"rows": rows, "total": total, "fault": fault}


def out_shape(spec: BlockSpec, in_shape: Shape) -> Shape:
    """What shape a block, by its channels and stride."""
    if spec.family == "Heads":
        return (getattr(spec, "classes", None) or 10,)
    stride = getattr(spec, "stride", 1)
    return (getattr(spec, "channels", in_shape[0]), in_shape[1] // stride, in_shape[2] // stride)


class ComposeDriver(AppDriver):
    """The app under a pilot, with short names for what tests look at."""

    def __init__(self, lab: Path) -> None:
        self.analyser = FakeAnalyser()
        self.app = NetlabApp(lab, analyser=cast("Analyser", self.analyser))
        self.analyser.app = self.app

    @property
    def screen(self) -> ComposeScreen:
        return next(s for s in self.app.screen_stack if isinstance(s, ComposeScreen))

    @property
    def rows(self) -> NetworkRows:
        return self.screen.query_one(NetworkRows)

    @property
    def form(self) -> Form:
        return self.screen.query_one(Form)

    @property
    def network(self) -> Network:
        return self.app.document.network

    @property
    def kinds(self) -> list[str]:
        return [spec.block for spec in self.network.blocks]

    @property
    def problem(self) -> str:
        shown = self.screen.query_one(Inspector).query_one("#problem", Static)
        return str(shown.render()) if shown.has_class("-shown") else ""

    @property
    def totals(self) -> str:
        return self.screen.query_one(Totals).render().plain

    def top(self) -> Screen[Any]:
        """The screen in front: a dialog, or Compose."""
        return self.app.screen

    def line(self, index: int) -> str:
        """A line of the rows as it is shown."""
        return self.rows.line(index, self.rows.size.width).plain

    async def type(self, text: str) -> None:
        """Put `text` where the focus is."""
        focused = self.app.focused
        assert isinstance(focused, Input)
        focused.value = text
        await self.pilot.pause()

    async def field(self, name: str) -> None:
        """Put the cursor of the form on a field."""
        await self.press("escape", "enter", "home")
        for _ in range(self.form.count):
            if self.form.field.name == name:
                return
            await self.press("down")
        raise AssertionError(f"no field {name}")


def compose(
    lab: Path,
    scenario: Callable[[ComposeDriver], Any],
    size: tuple[int, int] = (120, 36),
) -> None:
    """Run `scenario` on the app in Compose, with the first figures there."""
    at = ComposeDriver(lab)

    async def run(pilot: Pilot[Any]) -> None:
        at.attach(pilot)
        await until(pilot, lambda: isinstance(at.app.screen, ComposeScreen))
        await until(pilot, lambda: at.app.costs is not None)
        await scenario(at)

    drive(at.app, run, size)
