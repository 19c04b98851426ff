"""The actions of Compose."""

from __future__ import annotations

from tui.config.actions import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        "compose.insert",
        "i",
        "Insert",
        "Search the palette for a block to put after the selected row.",
        show=True,
    ),
    Action("compose.swap", "s", "Swap kind", "Put another kind of block in the row's place."),
    Action("compose.duplicate", "d", "Duplicate", "Put the same row once more after this one."),
    Action("compose.delete", "delete", "Delete", "Take the row out."),
    Action("compose.cut", "x", "Cut", "Take the row out, to paste it elsewhere."),
    Action("compose.copy", "y,c", "Copy", "Keep the row to paste it; its YAML is copied, too."),
    Action("compose.paste", "p", "Paste", "Put the row that was cut or copied after this one."),
    Action("compose.move-up", "K,shift+up", "Move up", "Swap places with the row above."),
    Action("compose.move-down", "J,shift+down", "Move down", "Swap places with the row below."),
    Action("compose.repeat-more", "plus,equals_sign", "Repeat +", "One more block in the row."),
    Action("compose.repeat-less", "minus", "Repeat −", "One block less in the row."),
    Action("compose.inspect", "enter", "Change", "Go to the form of the selected row."),
    Action("compose.rows", "escape", "Rows", "Back to the rows; from there, out of a branch."),
    Action("compose.find", "slash", "Find", "Go to a row by its number, or by words in it."),
    Action("compose.open-row", "right,l", "Look inside", "Show the blocks of a row of branches."),
    Action("compose.leave-row", "left,h", "Back out", "Go from a branch to the rows around it."),
    Action("compose.next-branch", "greater_than_sign", "Next branch", "The branch beside it."),
    Action(
        "compose.previous-branch", "less_than_sign", "Previous branch", "The same, the other way."
    ),
    Action("compose.add-branch", "n", "New branch", "Put a copy of the open branch beside it."),
    Action("compose.remove-branch", "D", "Remove branch", "Take the open branch out of its row."),
    Action("compose.fix", "f4", "Fix", "Take the nearest valid value for what is wrong."),
    Action("compose.undo", "u", "Undo", "Undo the last change; there is no limit.", show=True),
    Action("compose.redo", "ctrl+r,ctrl+y", "Redo", "Redo the undone change."),
    Action("compose.baseline", "b", "Baseline", "Compare costs with the network as it is now."),
    Action(
        "compose.open",
        "o,ctrl+o",
        "Open",
        "Open a recipe, a network, a draft or a template.",
        show=True,
    ),
    Action("compose.template", "t,ctrl+n", "New", "Start from a template."),
    Action("compose.save", "ctrl+s", "Save", "Save the network in its recipe.", show=True),
    Action("compose.save-as", "S", "Save as", "Save the network in another recipe."),
    Action(
        "compose.next-tab",
        "right_square_bracket,ctrl+pagedown",
        "Tabs",
        "Block, summary, MACs, YAML, PyTorch.",
        show=True,
    ),
    Action(
        "compose.previous-tab",
        "left_square_bracket,ctrl+pageup",
        "Previous tab",
        "The same tabs, the other way.",
    ),
    Action(
        "compose.apply-yaml", "f5", "Apply YAML", "Replace the network by that of the YAML tab."
    ),
    Action("compose.give-up-yaml", "f8", "Drop YAML", "Drop the edits of the YAML tab."),
)
