"""The lines of the list of runs: a heading for each study, and its runs if it is open."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from netlab.lab.db.run_rows import RunRow, StudyRows
from tui.train.status_text import waiting_for


@dataclass(frozen=True)
class StudyHeading:
    """The line of a study under one condition."""

    group: StudyRows
    open: bool
    waits_for: str = ""
    """Such as `behind channel-shuffle (7 runs)`; empty if it does not wait for other studies."""

    @property
    def key(self) -> tuple[str, int]:
        """Identifies the line; does not change while runs go on."""
        return ("study", self.group.plan)


@dataclass(frozen=True)
class RunLine:
    """The line of a run."""

    row: RunRow
    waits_for: str = ""
    """Such as `behind channel-shuffle (7 runs)`; empty if it does not wait for other studies."""

    @property
    def key(self) -> tuple[str, int]:
        """Identifies the line; does not change while the run goes on."""
        return ("run", self.row.entry_id)


RunListLine = StudyHeading | RunLine


def list_lines(
    groups: Sequence[StudyRows], unfolded: Mapping[int, bool], query: str = ""
) -> tuple[RunListLine, ...]:
    """The lines of the list. Studies not in `unfolded` are open if newest or active.

    With a `query`, list only runs that have all its words in study, variant, seed, state or id.
    """
    return tuple(_lines(groups, unfolded, query.casefold().split()))


def _lines(
    groups: Sequence[StudyRows], unfolded: Mapping[int, bool], words: Collection[str]
) -> Iterator[RunListLine]:
    waits = waiting_for(groups)
    for number, group in enumerate(groups):
        rows = group.rows
        if words:
            rows = tuple(row for row in rows if _matches(row, words))
            if not rows:
                continue
        opened = bool(words) or unfolded.get(group.plan, number == 0 or group.active)
        why = waits.get(group.plan, "")
        yield StudyHeading(group, opened, why)
        if opened:
            yield from (RunLine(row, why if row.state == "queued" else "") for row in rows)


def _matches(row: RunRow, words: Collection[str]) -> bool:
    text = f"{row.study} {row.variant} {row.seed} {row.state} {row.run}".casefold()
    return all(word in text for word in words)


def first_cursor_index(lines: Sequence[RunListLine]) -> int:
    """Index of the first run that trains; else of the first run; 0 if no run is listed."""
    places = [at for at, line in enumerate(lines) if isinstance(line, RunLine)]
    for at in places:
        line = lines[at]
        if isinstance(line, RunLine) and line.row.state == "running":
            return at
    return places[0] if places else 0
