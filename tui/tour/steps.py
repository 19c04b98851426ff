"""The steps of the tours that lead from a template to a comparison."""

from __future__ import annotations

from tui.model.tour_step import ENTER, Tour, TourStep

OPEN = TourStep("welcome", (ENTER,), "Open it: its blocks as rows, and what it costs")
COMPARE = TourStep(
    "train",
    ("app.compare",),
    "Compare the variants; the table fills as runs end",
    "The runs go on by themselves, even without the app.",
)
COPY = TourStep(
    "compare",
    ("compare.copy",),
    "Copy the table as markdown; best once all have run",
    "Each variant beside the baseline.",
)

STUDY_TOUR: Tour = (
    OPEN,
    TourStep(
        "compose",
        ("app.ablate",),
        "Ablate: its variants, and what each would cost",
        "Change any block and see the cost move, or go on.",
    ),
    TourStep(
        "ablate",
        ("ablate.start",),
        "Start: train them all, with curves that grow live",
        "Nothing has run yet.",
    ),
    COMPARE,
    COPY,
)
"""The tour from a study that has variants."""

NETWORK_TOUR: Tour = (
    OPEN,
    TourStep(
        "compose",
        ("app.ablate",),
        "Ablate: what could be changed, grouped by question",
        "Change any block and see the cost move, or go on.",
    ),
    TourStep(
        "ablate",
        ("ablate.choose",),
        "Make the highlighted change a variant",
        "Every line is one change of the network.",
    ),
    TourStep(
        "ablate",
        ("ablate.start", ENTER),
        "Start: name a file for the study, and train it",
        "Nothing has run yet; add more variants or go on.",
    ),
    COMPARE,
    COPY,
)
"""The tour from a network without variants."""


def key_count(tour: Tour) -> int:
    """The number of keys to press in the whole tour."""
    return sum(len(step.action_ids) for step in tour)


def next_step_index(tour: Tour, mode: str, *, variants: bool) -> int | None:
    """The index of the next step in `mode`, the last one if the study has variants; or None."""
    here = [index for index, step in enumerate(tour) if step.mode == mode]
    if not here:
        return None
    return here[-1] if variants else here[0]
