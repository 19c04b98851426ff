"""Curves: thinned without losing a peak, on round axes, told apart without colour."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from tui_helpers import drive

from tui.widgets.plots import line_plot_widget
from tui.widgets.plots.axes import make_axis
from tui.widgets.plots.canvas import Canvas
from tui.widgets.plots.downsampling import DownsampledCurve, Span, merge_spans, to_spans
from tui.widgets.plots.line_plot import Curve, LinePlotData, draw_line_plot, run_sign
from tui.widgets.plots.line_plot_widget import LinePlot


def text(
    plot: LinePlotData, width: int = 40, height: int = 10, *, plain: bool = False
) -> list[str]:
    return [
        "".join(part for part, _ in line)
        for line in draw_line_plot(plot, width, height, ascii=plain)
    ]


values = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=300)


@given(values)
def test_thinning_loses_neither_peak_nor_dip_nor_end(found: list[float]) -> None:
    thinned = DownsampledCurve(most=8)
    for x, y in enumerate(found):
        thinned.add(x, y)
    spans = thinned.points()
    assert len(spans) <= 9
    assert min(span.low for span in spans) == min(found)
    assert max(span.high for span in spans) == max(found)
    assert (spans[0].first, spans[-1].last) == (found[0], found[-1])
    assert [span.x for span in spans] == sorted({span.x for span in spans})


def test_points_without_a_finite_value_are_left_out() -> None:
    thinned = DownsampledCurve()
    for x, y in enumerate((1.0, math.nan, None, math.inf, 2.0)):
        thinned.add(x, y)
    assert [span.x for span in thinned.points()] == [0, 4]
    assert to_spans([(0, None), (1, math.nan), (2, 5.0)]) == (Span(2, 5.0, 5.0, 5.0, 5.0),)


def test_a_curve_that_is_cut_goes_on_from_there() -> None:
    thinned = DownsampledCurve()
    for x in range(10):
        thinned.add(x, float(x))
    thinned.cut(4)
    thinned.add(5, 50.0)
    assert [(span.x, span.last) for span in thinned.points()][-2:] == [(4, 4.0), (5, 50.0)]


def test_neighbours_are_joined_in_their_order() -> None:
    assert merge_spans(Span(0, 1, 0, 3, 2), Span(5, 9, -1, 9, 4)) == Span(0, 1, -1, 9, 4)


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4), st.integers(2, 12))
def test_axes_are_labelled_with_few_distinct_round_numbers(
    low: float, size: float, most: int
) -> None:
    found = make_axis(low, low + size, most)
    assert found.low == low
    assert found.high == low + size
    assert len(found.ticks) <= most
    assert len(set(found.labels())) == len(found.ticks)
    assert all(-1e-6 <= found.fraction(tick) <= 1 + 1e-6 for tick in found.ticks)


def test_an_axis_of_one_value_has_room_around_it() -> None:
    found = make_axis(5.0, 5.0, 4)
    assert found.low < 5.0 < found.high


def test_epochs_are_labelled_with_whole_numbers() -> None:
    assert make_axis(0, 2.5, 8, integers=True).labels() == ("0", "1", "2")


def test_a_line_is_drawn_in_dots_of_braille() -> None:
    canvas = Canvas(2, 1)
    canvas.line(0, 0, 3, 3, style=0)
    assert list(canvas.row(0)) == [("⠑⢄", 0)]


def test_pixels_outside_are_passed_over() -> None:
    canvas = Canvas(1, 1)
    canvas.dot(-1, 0, 0)
    canvas.dot(0, 9, 0)
    canvas.put_sign(7, 0, "●", 0)
    assert list(canvas.row(0)) == [(" ", -1)]


RISING = to_spans((x, float(x)) for x in range(1, 9))


def test_training_and_validation_are_told_apart_without_colour() -> None:
    training = "".join(text(LinePlotData("loss", (Curve(RISING, "training", 0),))))
    validation = "".join(text(LinePlotData("loss", (Curve(RISING, "validation", 0),))))
    assert training.count("○") == 1
    assert "●" not in training
    assert validation.count("●") == 8
    assert "○" not in validation


def test_runs_are_told_apart_without_colour() -> None:
    drawn = "".join(
        text(LinePlotData("loss", tuple(Curve(RISING, "validation", n) for n in range(1))))
    )
    other = "".join(text(LinePlotData("loss", (Curve(RISING, "validation", 1),))))
    assert "●" in drawn
    assert "■" in other
    signs = {run_sign(n, role, ascii=a) for n in range(6) for role in ("training", "validation")
             for a in (False, True)}  # fmt: skip
    assert len(signs) == 24


def test_both_ends_are_signed_where_they_meet() -> None:
    both = tuple(Curve(RISING, role, 0) for role in ("training", "validation"))
    drawn = "".join(text(LinePlotData("loss", both)))
    assert "○" in drawn
    assert "●" in drawn


def test_the_axes_say_what_the_curve_spans() -> None:
    lines = text(LinePlotData("loss", (Curve(to_spans([(0, 0.0), (10, 2.0)]), "training", 0),)))
    assert lines[0].startswith("loss")
    assert lines[1].startswith("2.0┤") or lines[1].startswith("2┤")
    assert lines[-1].split() == ["└0", "5", "10"]


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (5, 2), (20, 4), (38, 9), (200, 60)])
def test_every_size_is_filled_exactly(size: tuple[int, int], plain: bool) -> None:
    random.seed(1)
    wild = to_spans((x, random.gauss(0, 1)) for x in range(500))
    lines = text(LinePlotData("loss", (Curve(wild, "training", 0),)), *size, plain=plain)
    assert len(lines) == size[1]
    assert {len(line) for line in lines} == {size[0]}
    if plain:
        assert "".join(lines).isascii()


def test_a_peak_between_columns_is_still_seen() -> None:
    thinned = DownsampledCurve()
    for x in range(100_000):
        thinned.add(x, 100.0 if x == 50_001 else 0.0)
    lines = text(LinePlotData("loss", (Curve(thinned.points(), "training", 0),)), 60, 12)
    assert any(char not in " │┤" for char in lines[1][4:])


def test_without_curves_it_says_so() -> None:
    assert text(LinePlotData("loss", (), "nothing yet"))[1].startswith("nothing yet")


def test_it_is_drawn_anew_only_when_data_or_size_change(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[LinePlotData] = []

    def counted(
        plot: LinePlotData, width: int, height: int, **style: bool
    ) -> list[list[tuple[str, int]]]:
        drawn.append(plot)
        return draw_line_plot(plot, width, height, **style)

    monkeypatch.setattr(line_plot_widget, "draw_line_plot", counted)
    first = LinePlotData("loss", (Curve(RISING, "training", 0),))

    class One(App[None]):
        def compose(self) -> ComposeResult:
            yield LinePlot(first)

    async def scenario(pilot: Pilot[Any]) -> None:
        widget = pilot.app.query_one(LinePlot)
        assert len(drawn) == 1
        widget.refresh()
        await pilot.pause()
        widget.plot = LinePlotData("loss", (Curve(RISING, "training", 0),))
        await pilot.pause()
        assert len(drawn) == 1
        widget.plot = LinePlotData("loss", (Curve(RISING, "validation", 0),))
        await pilot.pause()
        assert len(drawn) == 2
        await pilot.resize_terminal(60, 12)
        assert len(drawn) == 3

    drive(One(), scenario, (40, 10))
