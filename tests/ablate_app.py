"""The app in Ablate with an analyser that answers at once, without torch, by a simple rule."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

from compose_app import FakeAnalyser
from textual.pilot import Pilot
from textual.widgets import Input
from tui_helpers import AppDriver, drive, until

from netlab.recipe.network import Network
from netlab.recipe.study_draft import StudyDraft, VariantDraft
from tui.ablate.proposal_list import ProposalList
from tui.ablate.screen import AblateScreen
from tui.ablate.summary_bar import SummaryBar
from tui.ablate.variant_details import VariantDetails
from tui.ablate.variant_table import VariantTable
from tui.app import NetlabApp
from tui.background.start_study import StartOptions
from tui.model.analyser import Analyser
from tui.model.network_document import NetworkDocument
from tui.widgets.definition_list import DefinitionList

BASE = Network.model_validate(
    {
        "input": [1, 8, 8],
        "blocks": [
            {"block": "conv", "channels": 8},
            {"block": "basic", "channels": 8, "repeat": 2},
            {"block": "basic", "channels": 16, "stride": 2},
            {"block": "classifier"},
        ],
    }
)


class RecordingApp(NetlabApp):
    """Writes down which recipes are to be trained instead of training them."""

    def __init__(self, lab: Path, analyser: Any) -> None:
        super().__init__(lab, analyser=cast("Analyser", analyser))
        self.started: list[tuple[str, str]] = []

    def start_study(self, recipe: str, options: StartOptions | None = None) -> None:
        assert options is not None
        self.started.append((recipe, options.device))
        self.switch_mode("train")


class AblateSeat(AppDriver):
    """The app under a pilot, with short names for what tests look at."""

    def __init__(self, lab: Path, network: Network) -> None:
        self.analyser = FakeAnalyser()
        self.app = RecordingApp(lab, self.analyser)
        self.analyser.app = self.app
        self.app.set_reactive(NetlabApp.document, NetworkDocument.of(network))

    @property
    def screen(self) -> AblateScreen:
        return next(s for s in self.app.screen_stack if isinstance(s, AblateScreen))

    @property
    def study(self) -> StudyDraft:
        return self.app.study

    @property
    def names(self) -> list[str]:
        return [variant.name for variant in self.study.variants]

    @property
    def only_variant(self) -> VariantDraft:
        (variant,) = self.study.variants
        return variant

    @property
    def proposals(self) -> ProposalList:
        return self.screen.query_one(ProposalList)

    @property
    def table(self) -> VariantTable:
        return self.screen.query_one(VariantTable)

    @property
    def details(self) -> str:
        return self.screen.query_one(VariantDetails).query_one(DefinitionList).plain

    @property
    def summary(self) -> list[str]:
        return self.screen.query_one(SummaryBar).render().plain.splitlines()

    @property
    def pending(self) -> str:
        line = self.screen.query_one("#pending")
        return str(line.render()) if line.display else ""

    @property
    def notifications(self) -> list[str]:
        """The notifications so far."""
        return [note.message for note in self.app._notifications]

    def row(self, name: str) -> list[str]:
        """The cells of a variant's row, without padding."""
        rows = self.table.rows
        for index in range(rows.row_count):
            cells = [cell.plain.strip() for cell in rows.get_row_at(index)]
            if cells[0].removeprefix("! ") == name:
                return cells
        raise AssertionError(f"no row {name}")

    def ticked(self) -> list[str]:
        """The names of the proposals with a tick."""
        options = self.proposals.options.options
        lines = [str(option.prompt) for option in options]
        return [line.split()[1] for line in lines if line.startswith("[x]")]

    def front(self) -> str:
        """What is in front: the class of a dialog or the screen."""
        return type(self.app.screen).__name__

    async def go_to(self, name: str) -> None:
        """Put the cursor of the list on a proposal."""
        self.proposals.options.focus()
        await self.press("g")
        for _ in range(self.proposals.options.option_count):
            highlighted = self.proposals.highlighted
            if highlighted is not None and highlighted.name == name:
                return
            await self.press("j")
        raise AssertionError(f"no proposal {name}")

    async def until_notified(self, words: str) -> None:
        """Wait until the newest notification has these words."""
        await self.until(
            lambda: self.notifications and words.lower() in self.notifications[-1].lower()
        )

    async def fill(self, **fields: str) -> None:
        """Put texts into fields of the dialog in front."""
        for name, text in fields.items():
            self.app.screen.query_one(f"#{name}", Input).value = text
        await self.pilot.pause()


def ablate(
    lab: Path,
    scenario: Callable[[AblateSeat], Coroutine[Any, Any, None]],
    size: tuple[int, int] = (120, 36),
    network: Network = BASE,
) -> None:
    """Run `scenario` on the app in Ablate, with the baseline's figures there."""
    at = AblateSeat(lab, network)

    async def run(pilot: Pilot[Any]) -> None:
        at.attach(pilot)
        at.app.watch_document(at.app.document)  # Textual does not: it was set before the start
        await pilot.press("2")
        await until(pilot, lambda: isinstance(at.app.screen, AblateScreen))
        await until(pilot, lambda: at.row("baseline")[1] != "…")
        await scenario(at)

    drive(at.app, run, size)
