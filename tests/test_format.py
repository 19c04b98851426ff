"""Numbers as text, and that the command line and the app show the same of one network."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from netlab.cli.plan import plan_text
from netlab.format import (
    format_age,
    format_clock,
    format_count,
    format_count_change,
    format_duration,
    format_megabytes,
    format_percent,
    format_percent_change,
    join_with_or,
    pluralize,
)
from netlab.measures import format_result
from netlab.planning.plan import make_plan
from netlab.recipe.study import BASELINE
from tui.ablate.variant_table import figure_cells as ablate_cells
from tui.guide.network_table import cost_cells as guide_cells
from tui.model.costs import Costs
from tui.model.network_preview import NetworkPreview


@pytest.mark.parametrize(
    ("new", "old", "shown"),
    [
        (50, 100, "−50.0 %"),
        (100.05, 100, "+0.05 %"),
        (28_803_512, 28_803_000, "+<0.01 %"),
        (100, 100, "±0 %"),
        (0, 0, "±0 %"),
        (1, 0, "new"),
    ],
)
def test_a_change_is_nothing_only_where_nothing_changed(new: float, old: float, shown: str) -> None:
    assert format_percent_change(new, old) == shown


def test_a_change_of_a_count_has_its_sign_and_its_share() -> None:
    assert format_count_change(90, 100) == "−10 (−10.0 %)"
    assert format_count_change(1_234_500, 1_234_400) == "+100 (+<0.01 %)"
    assert format_count_change(5, 0) == "+5"
    assert format_count_change(5, 5) == "unchanged"


@pytest.mark.parametrize(
    ("form", "values"),
    [
        (
            format_count,
            {
                0: "0", 999: "999", 1_200: "1.2k", 195_378: "195.4k", 999_900: "999.9k",
                999_950: "1.00M", 26_660_000: "26.66M", 4.09e9: "4.09G",
            },
        ),
        (format_percent, {0: "0 %", 0.004: "<1 %", 0.006: "1 %", 0.412: "41 %", 1: "100 %"}),
        (
            format_duration,
            {
                0: "0 s", 0.2: "<1 s", 45: "45 s", 75: "1 min 15 s", 720: "12 min",
                3590: "1 h 00 min", 3660: "1 h 01 min", 8000: "2 h 13 min",
            },
        ),
        (format_clock, {7.4: "0:07", 200: "3:20", 7500: "2:05:00", 59.6: "1:00"}),
        (
            format_age,
            {-3: "0 s", 59.9: "59 s", 60: "1 min", 7300: "2 h", 200_000: "2 d"},
        ),
        (format_megabytes, {62.8: "63 MB", 1073.25: "1,073 MB", 11_500: "11.2 GB"}),
    ],
)  # fmt: skip
def test_numbers_are_short(form: Callable[[float], str], values: dict[float, str]) -> None:
    assert {value: form(value) for value in values} == values


def test_words_are_counted_and_joined() -> None:
    assert [pluralize(n, "epoch") for n in (0, 1, 1200)] == ["0 epochs", "1 epoch", "1,200 epochs"]
    assert [join_with_or("abc"[:n]) for n in (1, 2, 3)] == ["a", "a or b", "a, b or c"]


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("images_per_s", 16981.4, "16,981 images/s"),
        ("accuracy", 80.0, "80.00 %"),
        ("test_time", 0.0047, "0.0047 s"),
        ("memory", 1073.25, "1,073 MB"),
        ("loss", 0.34812, "0.348"),
        ("unknown", 0.34812, "0.3481"),
    ],
)
def test_a_result_is_shown_in_the_unit_of_its_measure(name: str, value: float, shown: str) -> None:
    assert format_result(name, value) == shown


def test_the_command_line_and_the_app_show_the_same_figures_of_a_network() -> None:
    plan = make_plan("demo")
    names = [variant.name for variant in plan.recipe.variants]
    costs = [
        Costs(one.network, (), one.cost.params, one.cost.macs, 0, 0, 0.0, None)
        for one in plan.analyses
    ]
    for number, (name, cost) in enumerate(zip(names, costs, strict=True)):
        (line,) = (line for line in plan_text(plan, None) if line.startswith(f"{name} "))
        params, *others = re.split(r"\s{2,}", line)[1 : 5 if number else 3]
        assert params == f"{cost.params:,}"
        baseline = NetworkPreview(BASELINE, costs=costs[0])
        shown = NetworkPreview(name, costs=cost) if number else baseline
        cells = ablate_cells(shown, costs[0])
        assert [*filter(None, cells)] == [format_count(cost.params), *others]
        assert [*filter(None, guide_cells(shown, baseline))] == [params, *others]
