"""What a study waits for before the first of its runs can start: the runs of others before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netlab.format import pluralize
from netlab.sanitize import sanitize
from tui.lab.run_rows import Group


def waiting_for(groups: Sequence[Group]) -> Mapping[int, str]:
    """By plan, `behind channel-shuffle (7 runs)`, for studies that wait and do not train.

    Runs start in the order of their tickets, whatever study they are of.
    """
    active = [group for group in groups if group.active]
    waits = [group for group in active if not group.counts["running"]]
    told = {group.plan: _before(group, active) for group in waits}
    return {plan: words for plan, words in told.items() if words}


def _before(group: Group, active: Sequence[Group]) -> str:
    own = {row.run for row in group.rows}
    first = min(row.queue_position for row in group.rows if row.state == "queued")
    before = {
        other.plan: {
            row.run
            for row in other.rows
            if row.run not in own
            and (row.state == "running" or (row.state == "queued" and row.queue_position < first))
        }
        for other in active
    }
    runs = frozenset().union(*before.values())
    if not runs:
        return ""
    studies = dict.fromkeys(other.study for other in active if before[other.plan])
    names = sanitize(next(iter(studies))) if len(studies) == 1 else f"{len(studies)} studies"
    return f"behind {names} ({pluralize(len(runs), 'run')})"
