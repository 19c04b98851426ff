"""Figures as the commands print them."""

from __future__ import annotations

import pytest

from netlab.cli.shared.output import signed_percent
from netlab.cli.shared.run_text import format_result


@pytest.mark.parametrize(
    ("new", "old", "shown"),
    [
        (50, 100, "−50.0 %"),
        (100.05, 100, "+0.05 %"),
        (28_803_512, 28_803_000, "+<0.01 %"),
        (100, 100, "±0 %"),
        (0, 0, ""),
        (1, 0, "new"),
    ],
)
def test_a_change_is_nothing_only_where_nothing_changed(new: float, old: float, shown: str) -> None:
    assert signed_percent(new, old) == shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("images_per_s", 16981.4, "16,981 images/s"),
        ("accuracy", 80.0, "80.00 %"),
        ("test_time", 0.0047, "0.0047 s"),
        ("memory", 1073.25, "1,073 MB"),
        ("loss", 0.34812, "0.348"),
    ],
)
def test_a_result_is_told_in_the_unit_of_its_measure(name: str, value: float, shown: str) -> None:
    assert format_result(name, value) == shown
