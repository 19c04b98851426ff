"""The Compose screen: palette, rows and inspector over the one document."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import ContentSwitcher

from netlab.recipe.edits import Move, Rewrite
from tui.compose.actions import ACTIONS
from tui.compose.analyser_tabs import Asked, Code, MacsView, Summary
from tui.compose.block_palette import Palette
from tui.compose.branch_edits import field_edit
from tui.compose.breadcrumb import Trail
from tui.compose.file_actions import Files
from tui.compose.find import Find
from tui.compose.form import Form
from tui.compose.inspector import Inspector
from tui.compose.network_editor import Editing
from tui.compose.network_rows import NetworkRows, RowsHeading
from tui.compose.tab_line import TabLine
from tui.compose.totals import Totals
from tui.compose.yaml_tab import YamlView
from tui.model.costs import Costs
from tui.model.network_document import NetworkDocument, PendingText
from tui.shell.header import ModeHeader
from tui.widgets.line_list import Lines
from tui.widgets.search_list import SearchList

TABS = ("block", "summary", "macs", "yaml", "code")
TAB_NAMES = ("Block", "Summary", "MACs", "YAML", "PyTorch")
WAITING_NAMES = ("Block", "Summary", "MACs", "YAML *", "PyTorch")
"""The tabs while a text waits to be applied."""


class ComposeScreen(Files, Editing):
    """Put a network together from blocks, and see what every change costs."""

    MODE = "compose"
    HELP = (
        "Put a network together: rows of blocks in the middle, the selected row's form beside\n"
        "or below them, the palette of blocks on i. Every change shows its cost at the bottom."
    )
    ACTIONS = ACTIONS
    CSS_PATH = "compose.tcss"
    AUTO_FOCUS = "NetworkRows"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (150, "-wide")]  # noqa: RUF012

    _swapping = False
    """Whether the palette is open to swap a kind, not to insert."""

    def compose_mode(self) -> ComposeResult:
        """Palette, rows and tabs; the totals below them all."""
        with Horizontal(id="body"):
            yield Palette()
            with Vertical(id="network"):
                yield Trail()
                yield RowsHeading()
                with VerticalScroll(can_focus=False):
                    yield NetworkRows()
                yield Find()
            with Vertical(id="side"):
                yield TabLine(TAB_NAMES)
                with ContentSwitcher(initial="block"):
                    yield Inspector(id="block")
                    yield Asked("tree", Summary(), id="summary")
                    yield MacsView(id="macs")
                    yield YamlView(id="yaml")
                    yield Asked("code", Code(), id="code")
        yield Totals()

    def on_mount(self) -> None:
        """Take up what was left unsaved, and follow the document from now on."""
        self.restore()
        self.watch(self.workspace, "document", self._on_document)
        self.rows.cursor = 1
        self.watch(self.workspace, "pending_text", self._on_unapplied)
        self.watch(self.query_one(YamlView), "typed", self._on_typed, init=False)
        self.watch(self.workspace, "study", self._on_study, init=False)
        self.watch(self.workspace, "costs", self._on_costs)
        self.watch(self.workspace, "baseline_costs", self._on_baseline_costs)
        self.watch(self.workspace, "analyser_state", self._on_analyser_state)
        self.watch(self.workspace, "costs_error", self._on_costs_error)

    @property
    def tab(self) -> str:
        """The open tab."""
        return TABS[self.query_one(TabLine).open]

    # what is followed

    def _on_document(self, document: NetworkDocument) -> None:
        self.follow()
        self.show_rows()
        self.query_one(Totals).network = document.network
        self._show_tab()
        self._show_subject()
        self.autosave()

    def _on_typed(self, text: str | None) -> None:
        was, network = self.workspace.pending_text, self.workspace.document.network
        over = was.based_on if was is not None else network
        self.workspace.pending_text = PendingText(text, over) if text is not None else None

    def _on_unapplied(self, unapplied: PendingText | None) -> None:
        self.query_one(TabLine).names = WAITING_NAMES if unapplied else TAB_NAMES
        self._show_tab()
        self._show_subject()
        self.autosave()

    def _on_study(self) -> None:
        self._show_subject()
        self.autosave()

    def _on_costs(self, costs: Costs | None) -> None:
        self.query_one(Totals).costs = costs
        self.show_rows()
        self._show_tab()

    def _on_baseline_costs(self, costs: Costs | None) -> None:
        self.query_one(Totals).baseline = costs

    def _on_analyser_state(self, state: str) -> None:
        self.query_one(Totals).state = state

    def _on_costs_error(self, error: str) -> None:
        self.query_one(Totals).error = error

    def _show_tab(self) -> None:
        network = self.workspace.document.network
        for view in self.query(Asked):
            view.show(network, looked_at=view.id == self.tab)
        if self.tab == "macs":
            self.query_one(MacsView).show(network, self.workspace.costs)
        elif self.tab == "yaml":
            self.query_one(YamlView).show(network, self.workspace.pending_text)

    def _show_subject(self) -> None:
        unsaved = self.workspace.document.changed or self.workspace.pending_text is not None
        mark = "unsaved · " if unsaved else ""
        self.query_one(ModeHeader).subject = f"{mark}{self.workspace.study.name}"

    # what widgets tell

    def on_lines_moved(self, event: Lines.Moved) -> None:
        """Another row is selected."""
        if event.lines is self.rows and self.rows.dragged is None:
            self.show_row()

    def on_network_rows_dragged(self, event: NetworkRows.Dragged) -> None:
        """A row was carried to another place."""
        self.make(Move(event.row, event.to), select=event.to)

    def on_network_rows_entered(self) -> None:
        """A double click on a row."""
        self.action_inspect()

    def on_form_chosen(self, event: Form.Chosen) -> None:
        """A field has another value."""
        self.change(field_edit(event.row, {event.name: event.value}))

    def on_form_opened(self) -> None:
        """The blocks inside the row are wanted."""
        self.action_open_row()

    def on_search_list_taken(self, event: SearchList.Taken) -> None:
        """A kind of block was taken from the palette."""
        swapping = self._swapping
        self.on_search_list_left()
        if swapping:
            self.swap_kind(event.item.id)
        else:
            self.insert_kind(event.item.id)

    def on_search_list_left(self) -> None:
        """The palette is not wanted any more."""
        self._swapping = False
        palette = self.query_one(Palette)
        palette.remove_class("-called")
        palette.show_all_blocks()
        self.rows.focus()

    def on_find_went(self, event: Find.Went) -> None:
        """A row was found."""
        self.rows.cursor = event.row

    def on_find_left(self) -> None:
        """The row is the one that was wanted."""
        self.rows.focus()

    def on_tab_line_opened(self, event: TabLine.Opened) -> None:
        """A tab was clicked."""
        self._open_tab(event.number)

    def on_yaml_view_applied(self, event: YamlView.Applied) -> None:
        """The network was rewritten."""
        if self.workspace.edit(Rewrite(event.network)):
            self.workspace.pending_text = None

    # actions

    def action_insert(self) -> None:
        """Search the palette."""
        after = f"after row {self.row}" if self.row else "first"
        self._call_palette(f"Insert {after}", swapping=False)

    def action_swap(self) -> None:
        """Search the palette for a kind to put in the row's place."""
        if self.row:
            kind = self.network.blocks[self.row - 1].block
            self._call_palette(f"Swap {kind} for", swapping=True)

    def action_inspect(self) -> None:
        """To the form."""
        self._open_tab(0)
        self.query_one(Form).focus()

    def action_rows(self) -> None:
        """To the rows; from there out of the branch that they are of."""
        if self.rows.has_focus:
            self.action_leave_row()
        self.rows.focus()

    def action_find(self) -> None:
        """Look for a row."""
        self.query_one(Find).call(self.network, self.row)

    def action_fix(self) -> None:
        """The nearest value that works."""
        offer = self.query_one(Inspector).suggestion
        form = self.query_one(Form)
        if offer is None:
            self.notify("Nothing is wrong here that one value would mend.", markup=False)
        elif form.typing:
            form.take_nearest(offer.value)
        else:
            self.change(field_edit(offer.row, {offer.field: offer.value}))

    def action_next_tab(self) -> None:
        """The next tab."""
        self._open_tab(self.query_one(TabLine).open + 1)

    def action_previous_tab(self) -> None:
        """The tab before."""
        self._open_tab(self.query_one(TabLine).open - 1)

    def action_apply_yaml(self) -> None:
        """What the YAML says."""
        self._open_tab(TABS.index("yaml"))
        self.query_one(YamlView).apply()

    def action_give_up_yaml(self) -> None:
        """The YAML as the network is."""
        self.workspace.pending_text = None

    # how

    def _call_palette(self, title: str, *, swapping: bool) -> None:
        self._swapping = swapping
        palette = self.query_one(Palette)
        palette.add_class("-called")
        palette.search(title)

    def _open_tab(self, number: int) -> None:
        line = self.query_one(TabLine)
        before, line.open = line.open, number % len(TABS)
        switcher = self.query_one(ContentSwitcher)
        within = self.focused is not None and switcher in self.focused.ancestors
        switcher.current = self.tab
        self.set_class(self.tab != "block", "-reading")
        if within and line.open != before:  # what has the focus is not to be seen any more
            self.rows.focus()
        self._show_tab()
