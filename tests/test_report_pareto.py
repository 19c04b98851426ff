"""The Pareto front: the variants that no other beats at once in accuracy and in cost."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from report_cases import entries, measured, study, table_of

from netlab.report.pareto import pareto_points

TABLE = table_of(study("a"), entries(a=[measured(0, 90.0)]), measures=["accuracy", "macs"])


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12))
def test_a_point_is_on_the_front_unless_another_beats_it(pairs: list[tuple[int, int]]) -> None:
    row = TABLE.rows[0]
    rows = tuple(
        replace(
            row,
            variant=str(number),
            cells=(replace(row.cells[0], value=float(gain)), replace(row.cells[1], value=cost)),
        )
        for number, (cost, gain) in enumerate(pairs)
    )
    points = pareto_points(replace(TABLE, rows=rows), "macs")
    assert len(points) == len(pairs)
    for one in points:
        beaten = any(
            other.cost <= one.cost
            and other.gain >= one.gain
            and (other.cost, other.gain) != (one.cost, one.gain)
            for other in points
        )
        assert one.on_front != beaten
