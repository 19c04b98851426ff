"""What tells each variant from the baseline, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlab.report.render.text_table import MISSING_TEXT, Section, TextCell, TextColumn
from netlab.report.table import VariantRow


def changes_section(rows: Sequence[VariantRow]) -> Iterator[Section]:
    """The variants with their changes and why each is tried, unless no variant has any."""
    told = [row for row in rows if row.changes]
    if not told:
        return
    names = tuple(TextCell(row.variant) for row in told)
    changes = tuple(TextCell("; ".join(row.changes)) for row in told)
    columns = [
        TextColumn("variant", "variant", "left", names, user_text=True),
        TextColumn("change", "change", "left", changes, user_text=True, wraps=True),
    ]
    if any(row.because for row in told):
        why = tuple(TextCell(row.because or MISSING_TEXT) for row in told)
        columns.append(TextColumn("because", "because", "left", why, user_text=True, wraps=True))
    yield Section("Changes", tuple(columns))
