"""The way from a template to a comparison: which keys, and what each of them does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui.config.keys import all_actions, format_keys

ENTER = "enter"


@dataclass(frozen=True)
class TourStep:
    """A step of the way: what is pressed in which mode, and what that does."""

    mode: str
    """The mode in which it is taken; `welcome` for the first."""
    action_ids: tuple[str, ...]
    """Ids of actions, or `enter`."""
    text: str
    hint: str = ""
    """What is seen before it is taken."""

    def keys(self, remapped: Mapping[str, str]) -> str:
        """The keys as they are written for people, such as `s Enter`."""
        return " ".join(
            "Enter" if one == ENTER else first_key(one, remapped) for one in self.action_ids
        )


Tour = tuple[TourStep, ...]

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
"""For a study that has its variants."""

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
"""For a network without variants."""


def key_count(tour: Tour) -> int:
    """How many keys the whole way takes."""
    return sum(len(step.action_ids) for step in tour)


def next_step_index(tour: Tour, mode: str, *, variants: bool) -> int | None:
    """The place in `way` of the step to take in `mode`; None where there is none."""
    here = [place for place, step in enumerate(tour) if step.mode == mode]
    if not here:
        return None
    return here[-1] if variants else here[0]


def first_key(action: str, remapped: Mapping[str, str]) -> str:
    """The first key of the action with that id, as it is written for people."""
    keys = remapped.get(action, all_actions()[action].keys)
    return format_keys(keys.partition(",")[0])
