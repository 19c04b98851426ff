"""The actions of Ablate."""

from __future__ import annotations

from tui.config.actions import Action

ACTIONS: tuple[Action, ...] = (
    Action(
        "ablate.choose",
        "space",
        "Choose",
        "Make the highlighted proposal a variant of the study, or take it out again.",
        show=True,
    ),
    Action(
        "ablate.choose-all",
        "a",
        "Choose all",
        "Make every listed proposal of the highlighted question a variant, or take all out again.",
    ),
    Action(
        "ablate.combine",
        "c",
        "Combine",
        "Add a variant with the highlighted variant's changes and the highlighted proposal's.",
    ),
    Action(
        "ablate.record",
        "r",
        "Record",
        "Make what was changed in Compose since the baseline a variant of its own.",
    ),
    Action(
        "ablate.edit",
        "e",
        "Edit",
        "Rename the highlighted variant, give its reason, and write down what you expect.",
        show=True,
    ),
    Action("ablate.remove", "delete,x", "Remove", "Take the highlighted variant out of the study."),
    Action(
        "ablate.settings",
        "t",
        "Study",
        "Set the study's name, question, seeds, protocol, epochs, data and device.",
        show=True,
    ),
    Action(
        "ablate.baseline",
        "b",
        "Set baseline",
        "Make the network as it is in Compose the one that every variant starts from.",
    ),
    Action("ablate.undo", "u", "Undo", "Take the last change of the study back."),
    Action("ablate.redo", "U", "Redo", "Make the change of the study that was undone again."),
    Action("ablate.search", "slash", "Search", "Show the proposals that contain some words."),
    Action("ablate.save", "ctrl+s", "Save", "Save the study as a recipe."),
    Action(
        "ablate.start",
        "s",
        "Start",
        "Save the study if it is not saved, and train its runs.",
        show=True,
    ),
)
