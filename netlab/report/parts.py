"""The parts below a table, which every rendering for people dresses as it does the table.

What tells the variants from the baseline comes first, then the study's claims. Each detailed
measure has its values by seed and the tests behind its differences; a full factorial also has main
effects and interactions.
"""

from __future__ import annotations

from netlab.report.by_seed import by_seed
from netlab.report.changes import changes_part
from netlab.report.claims import claims_part
from netlab.report.evidence import evidence
from netlab.report.factorial import effects_part
from netlab.report.grid import Part
from netlab.report.table import Table


def parts_of(table: Table) -> tuple[Part, ...]:
    """All parts that `table` has something to show in."""
    measured = (
        part
        for place, column in enumerate(table.columns)
        if column.detail and not column.measure.exact
        for part in (
            *by_seed(table, place),
            *evidence(table, place),
            *effects_part(table, place),
        )
    )
    return (*changes_part(table.rows), *claims_part(table.claims), *measured)
