"""What tells each variant from the baseline, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netlab.report.grid import NOTHING, Field, Part, Series
from netlab.report.table import Row


def changes_part(rows: Sequence[Row]) -> Iterator[Part]:
    """The variants with their changes and why each is tried, unless no variant has any."""
    told = [row for row in rows if row.changes]
    if not told:
        return
    names = tuple(Field(row.variant) for row in told)
    changes = tuple(Field("; ".join(row.changes)) for row in told)
    columns = [
        Series("variant", "variant", "left", names, written=True),
        Series("change", "change", "left", changes, written=True, wide=True),
    ]
    if any(row.because for row in told):
        why = tuple(Field(row.because or NOTHING) for row in told)
        columns.append(Series("because", "because", "left", why, written=True, wide=True))
    yield Part("Changes", tuple(columns))
