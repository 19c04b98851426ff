"""The Compose screen: palette, rows and inspector of the document."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import ContentSwitcher

from netlab.recipe.edits import Move, Rewrite
from tui.compose.actions import ACTIONS
from tui.compose.analyser_tabs import AnalyserTab, CodeText, LayerTree, MacsTab
from tui.compose.autosave.open_session import OpenSession
from tui.compose.block_palette import BlockPalette
from tui.compose.branch_edits import field_edit
from tui.compose.branch_navigator import BranchNavigator
from tui.compose.breadcrumb import Breadcrumb
from tui.compose.file_actions import FileActions
from tui.compose.find import RowSearch
from tui.compose.form import Form
from tui.compose.inspector import Inspector
from tui.compose.network_editor import NetworkEditor
from tui.compose.network_rows import NetworkRows, RowsHeading
from tui.compose.tab_line import TabLine
from tui.compose.totals import Totals
from tui.compose.yaml_tab import YamlTab
from tui.model.costs import Costs
from tui.model.network_document import NetworkDocument, PendingText
from tui.shell.header import ModeHeader
from tui.shell.mode_screen import ModeScreen
from tui.widgets.line_list import LineList
from tui.widgets.search_list import SearchList

TABS = ("block", "summary", "macs", "yaml", "code")
TAB_NAMES = ("Block", "Summary", "MACs", "YAML", "PyTorch")
WAITING_NAMES = ("Block", "Summary", "MACs", "YAML *", "PyTorch")
"""The names of the tabs while the YAML tab has edits that are not applied."""


class ComposeScreen(ModeScreen):
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

    def __init__(self) -> None:
        super().__init__()
        self.rows = NetworkRows()
        self.navigator = BranchNavigator(self.workspace, self.rows, self._show_rows)
        self.editor = NetworkEditor(self.workspace, self.navigator, self.rows)
        self.session = OpenSession(self.workspace)
        self.files = FileActions(self.workspace, self.session, self)
        self._swapping = False
        """Whether the palette is open to change a block's kind, not to insert a block."""

    def compose_mode(self) -> ComposeResult:
        with Horizontal(id="body"):
            yield BlockPalette()
            with Vertical(id="network"):
                yield Breadcrumb()
                yield RowsHeading()
                with VerticalScroll(can_focus=False):
                    yield self.rows
                yield RowSearch()
            with Vertical(id="side"):
                yield TabLine(TAB_NAMES)
                with ContentSwitcher(initial="block"):
                    yield Inspector(id="block")
                    yield AnalyserTab("tree", LayerTree(), id="summary")
                    yield MacsTab(id="macs")
                    yield YamlTab(id="yaml")
                    yield AnalyserTab("code", CodeText(), id="code")
        yield Totals()

    def on_mount(self) -> None:
        self.session.restore()
        self.watch(self.workspace, "document", self._document_changed)
        self.rows.cursor = 1
        self.watch(self.workspace, "pending_text", self._pending_text_changed)
        self.watch(self.query_one(YamlTab), "typed", self._typed, init=False)
        self.watch(self.workspace, "study", self._study_changed, init=False)
        self.watch(self.workspace, "costs", self._costs_changed)
        self.watch(self.workspace, "baseline_costs", self._baseline_costs_changed)
        self.watch(self.workspace, "analyser_state", self._analyser_state_changed)
        self.watch(self.workspace, "costs_error", self._costs_error_changed)

    def on_unmount(self) -> None:
        self.session.close()

    @property
    def tab(self) -> str:
        return TABS[self.query_one(TabLine).open]

    # Changes of the workspace

    def _document_changed(self, document: NetworkDocument) -> None:
        self.navigator.follow_document()
        self._show_rows()
        self.query_one(Totals).network = document.network
        self._show_tab()
        self._show_subject()
        self.session.save()

    def _typed(self, text: str | None) -> None:
        was, network = self.workspace.pending_text, self.workspace.document.network
        based_on = was.based_on if was is not None else network
        self.workspace.pending_text = PendingText(text, based_on) if text is not None else None

    def _pending_text_changed(self, pending: PendingText | None) -> None:
        self.query_one(TabLine).names = WAITING_NAMES if pending else TAB_NAMES
        self._show_tab()
        self._show_subject()
        self.session.save()

    def _study_changed(self) -> None:
        self._show_subject()
        self.session.save()

    def _costs_changed(self, costs: Costs | None) -> None:
        self.query_one(Totals).costs = costs
        self._show_rows()
        self._show_tab()

    def _baseline_costs_changed(self, costs: Costs | None) -> None:
        self.query_one(Totals).baseline = costs

    def _analyser_state_changed(self, state: str) -> None:
        self.query_one(Totals).state = state

    def _costs_error_changed(self, error: str) -> None:
        self.query_one(Totals).error = error

    # What is shown

    def _show_rows(self) -> None:
        network = self.navigator.network
        self.query_one(Breadcrumb).show(self.workspace.document.network, self.navigator.path)
        self.rows.network, self.rows.costs = network, self.navigator.costs
        self.rows.cursor = self.rows.validate_cursor(self.rows.cursor)
        self.query_one(RowsHeading).network = network
        self._show_selected_row()

    def _show_selected_row(self) -> None:
        network, costs = self.navigator.network, self.navigator.costs
        self.query_one(Inspector).show(network, self.rows.cursor, costs)

    def _show_tab(self) -> None:
        network = self.workspace.document.network
        for view in self.query(AnalyserTab):
            view.show(network, is_open=view.id == self.tab)
        if self.tab == "macs":
            self.query_one(MacsTab).show(network, self.workspace.costs)
        elif self.tab == "yaml":
            self.query_one(YamlTab).show(network, self.workspace.pending_text)

    def _show_subject(self) -> None:
        unsaved = self.workspace.document.changed or self.workspace.pending_text is not None
        mark = "unsaved · " if unsaved else ""
        self.query_one(ModeHeader).subject = f"{mark}{self.workspace.study.name}"

    def _call_palette(self, title: str, *, swapping: bool) -> None:
        self._swapping = swapping
        palette = self.query_one(BlockPalette)
        palette.add_class("-called")
        palette.search(title)

    def _close_palette(self) -> None:
        self._swapping = False
        palette = self.query_one(BlockPalette)
        palette.remove_class("-called")
        palette.show_all_blocks()
        self.rows.focus()

    def _open_tab(self, number: int) -> None:
        line = self.query_one(TabLine)
        before, line.open = line.open, number % len(TABS)
        switcher = self.query_one(ContentSwitcher)
        within = self.focused is not None and switcher in self.focused.ancestors
        switcher.current = self.tab
        self.set_class(self.tab != "block", "-reading")
        if within and line.open != before:  # else the focus stays on a hidden widget
            self.rows.focus()
        self._show_tab()

    # Messages of the widgets

    def on_line_list_moved(self, event: LineList.Moved) -> None:
        if event.lines is self.rows and self.rows.dragged is None:
            self._show_selected_row()

    def on_network_rows_dragged(self, event: NetworkRows.Dragged) -> None:
        self.editor.apply(Move(event.row, event.to), select=event.to)

    def on_network_rows_entered(self) -> None:
        self.action_inspect()

    def on_form_chosen(self, event: Form.Chosen) -> None:
        self.navigator.edit(field_edit(event.row, {event.name: event.value}))

    def on_form_opened(self) -> None:
        self.navigator.open_row()

    def on_search_list_taken(self, event: SearchList.Taken) -> None:
        take = self.editor.swap_kind if self._swapping else self.editor.insert_kind
        self._close_palette()
        take(event.item.id)

    def on_search_list_left(self) -> None:
        self._close_palette()

    def on_row_search_went(self, event: RowSearch.Went) -> None:
        self.rows.cursor = event.row

    def on_row_search_left(self) -> None:
        self.rows.focus()

    def on_tab_line_opened(self, event: TabLine.Opened) -> None:
        self._open_tab(event.number)

    def on_yaml_tab_applied(self, event: YamlTab.Applied) -> None:
        if self.workspace.edit(Rewrite(event.network)):
            self.workspace.pending_text = None

    # Actions, in the order of their table

    def action_insert(self) -> None:
        after = f"after row {self.rows.cursor}" if self.rows.cursor else "first"
        self._call_palette(f"Insert {after}", swapping=False)

    def action_swap(self) -> None:
        if self.rows.cursor:
            kind = self.navigator.network.blocks[self.rows.cursor - 1].block
            self._call_palette(f"Swap {kind} for", swapping=True)

    def action_duplicate(self) -> None:
        self.editor.duplicate()

    def action_delete(self) -> None:
        self.editor.delete()

    def action_cut(self) -> None:
        self.editor.cut()

    def action_copy(self) -> None:
        self.editor.copy()

    def action_paste(self) -> None:
        self.editor.paste()

    def action_move_up(self) -> None:
        self.editor.move_by(-1)

    def action_move_down(self) -> None:
        self.editor.move_by(1)

    def action_repeat_more(self) -> None:
        self.editor.repeat_by(1)

    def action_repeat_less(self) -> None:
        self.editor.repeat_by(-1)

    def action_inspect(self) -> None:
        self._open_tab(0)
        self.query_one(Form).focus()

    def action_rows(self) -> None:
        if self.rows.has_focus:
            self.navigator.leave()
        self.rows.focus()

    def action_find(self) -> None:
        self.query_one(RowSearch).call(self.navigator.network, self.rows.cursor)

    def action_open_row(self) -> None:
        self.navigator.open_row()

    def action_leave_row(self) -> None:
        self.navigator.leave()

    def action_next_branch(self) -> None:
        self.navigator.step(1)

    def action_previous_branch(self) -> None:
        self.navigator.step(-1)

    def action_add_branch(self) -> None:
        self.navigator.copy_branch()

    def action_remove_branch(self) -> None:
        self.navigator.remove_branch()

    def action_fix(self) -> None:
        suggestion = self.query_one(Inspector).suggestion
        form = self.query_one(Form)
        if suggestion is None:
            self.notify("No single value would fix this row.", markup=False)
        elif form.typing:
            form.take_nearest(suggestion.value)
        else:
            self.navigator.edit(field_edit(suggestion.row, {suggestion.field: suggestion.value}))

    def action_undo(self) -> None:
        self.editor.undo()

    def action_redo(self) -> None:
        self.editor.redo()

    def action_baseline(self) -> None:
        self.editor.set_baseline()

    def action_open(self) -> None:
        self.files.open()

    def action_template(self) -> None:
        self.files.open_template()

    def action_save(self) -> None:
        self.files.save()

    def action_save_as(self) -> None:
        self.files.save_as()

    def action_next_tab(self) -> None:
        self._open_tab(self.query_one(TabLine).open + 1)

    def action_previous_tab(self) -> None:
        self._open_tab(self.query_one(TabLine).open - 1)

    def action_apply_yaml(self) -> None:
        self._open_tab(TABS.index("yaml"))
        self.query_one(YamlTab).apply()

    def action_give_up_yaml(self) -> None:
        self.workspace.pending_text = None
