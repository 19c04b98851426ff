"""The parts below a table, which every rendering for people dresses as it does the table.

What tells the variants from the baseline comes first, then the study's claims. Each detailed
measure has its values by seed and the tests behind its differences; a full factorial also has main
effects and interactions.
"""

from __future__ import annotations

from netlab.report.by_seed import seed_sections
from netlab.report.changes import changes_section
from netlab.report.evidence import tests_section
from netlab.report.factorial import effects_section
from netlab.report.render.text_table import Section
from netlab.report.table import Table
from netlab.report.verdicts.claim_text import claims_section


def sections_of(table: Table) -> tuple[Section, ...]:
    """All parts that `table` has something to show in."""
    measured = (
        part
        for place, column in enumerate(table.columns)
        if column.detail and not column.measure.static
        for part in (
            *seed_sections(table, place),
            *tests_section(table, place),
            *effects_section(table, place),
        )
    )
    return (*changes_section(table.rows), *claims_section(table.claims), *measured)
