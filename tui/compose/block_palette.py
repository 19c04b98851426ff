"""The palette: every kind of block, grouped by family, with its purpose."""

from __future__ import annotations

from typing import ClassVar

from netlab.blocks import KINDS
from tui.widgets.search_list import Item, SearchList

PALETTE_TITLE = "Blocks"


class BlockPalette(SearchList):
    """The list of blocks: a column if the terminal is wide, else a sheet over the rows."""

    HELP: ClassVar[str] = (
        "Every kind of block, by family, with its purpose.\n"
        "Type to search names, families and purposes; up and down choose, enter inserts the\n"
        "block after the selected row, escape goes back to the rows."
    )

    def __init__(self) -> None:
        super().__init__(PALETTE_TITLE, block_items(), search="search blocks")

    def show_all_blocks(self) -> None:
        self.show_all(PALETTE_TITLE)


def block_items() -> list[Item]:
    """All kinds of block, grouped by family."""
    items = (Item(kind, spec.family, kind, spec.purpose) for kind, spec in KINDS.items())
    return sorted(items, key=lambda item: item.group)
