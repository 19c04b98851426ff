"""What Compare makes of a study: lines, columns, verdicts, order, plots, exports. No screen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from compare_labs import filled
from hypothesis import given
from hypothesis import strategies as st
from report_cases import entries, measured, run, study

from netlab.lab.records import Condition, Epoch
from netlab.report.table import Table
from tui.compare.answers import Shown
from tui.compare.claims import claims
from tui.compare.curves import overlaid
from tui.compare.details import details, notes
from tui.compare.expected import expectations
from tui.compare.export_job import text_of
from tui.compare.pareto import points_of, scatter_of
from tui.compare.reading import Loaded, read_plans, read_study, stamp
from tui.compare.studies import ago
from tui.compare.view import View, table_of, view_of
from tui.compare.wanted import SEEDS, Wanted
from tui.compare.words import empty_words, status_words
from tui.widgets.points import SIGNS, Point, Scatter, draw

CONDITION = Condition("c0", "cifar10 · standard@1 · 12 epochs", 9, 1.0)


def loaded() -> Loaded:
    """Groups is really better, dense within noise, extra has one seed, late none."""
    found = entries(
        baseline=[measured(seed, 90 + spread) for seed, spread in enumerate((0.0, 0.3, -0.2))],
        groups=[measured(seed, 92 + spread) for seed, spread in enumerate((0.1, 0.4, 0.0))],
        dense=[measured(seed, 90 + spread) for seed, spread in enumerate((0.4, -0.1, 0.0))],
        extra=[measured(0, 95.0, train_time=100.0)],
        late=[run(0, "failed", reason="out-of-memory", message="out of [/x memory")],
    )
    names = ("baseline", "groups", "dense", "extra", "late")
    return Loaded(study(*names, question="Does it pay?"), CONDITION, tuple(found), ())


def shown(wanted: Wanted) -> Shown:
    table = table_of(loaded(), wanted)
    return Shown(loaded(), wanted, table, view_of(table, wanted))


def view(wanted: Wanted = Wanted()) -> View:  # noqa: B008
    return shown(wanted).view


def column(view: View, key: str) -> list[str]:
    place = [head.key for head in view.heads].index(key)
    return [line.texts[place].strip() for line in view.lines]


def variants(view: View) -> list[str]:
    return [line.variant for line in view.lines]


def test_what_was_found_stands_before_what_it_cost() -> None:
    assert [head.key for head in view().heads] == [
        "variant", "accuracy", "accuracy_difference", "accuracy_verdict", "n", "not_done",
        "memory", "train_time", "test_time", "params", "macs",
    ]  # fmt: skip


def test_each_difference_has_a_verdict_in_words() -> None:
    assert column(view(), "accuracy_verdict") == [
        "",
        "real",
        "within noise",
        "n = 1: no claim",
        "–",
    ]
    assert column(view(), "accuracy_difference")[0] == "baseline"
    assert column(view(), "accuracy_difference")[1].startswith("+2.13 [+1.")
    strong = [any(line.strong) for line in view().lines]
    assert strong == [False, True, False, False, False]


def test_an_unfinished_variant_stays_with_what_became_of_it() -> None:
    assert column(view(), "not_done")[4] == "seed 0: out of memory"
    assert not view().lines[4].done


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("accuracy", ["extra", "groups", "dense", "baseline", "late"]),
        ("accuracy_difference", ["extra", "groups", "dense", "baseline", "late"]),
        ("accuracy_verdict", ["groups", "dense", "extra", "baseline", "late"]),
        ("train_time", ["extra", "baseline", "groups", "dense", "late"]),
        ("params", ["late", "extra", "dense", "groups", "baseline"]),
        ("variant", ["baseline", "dense", "extra", "groups", "late"]),
        ("not_done", ["late", "baseline", "groups", "dense", "extra"]),
    ],
)
def test_a_column_sorts_the_best_first_and_what_is_unknown_last(key: str, first: list[str]) -> None:
    assert variants(view(Wanted(order=key))) == first


def test_a_turned_order_still_has_what_is_unknown_last() -> None:
    turned = variants(view(Wanted(order="accuracy", turned=True)))
    assert turned == ["baseline", "dense", "groups", "extra", "late"]


def test_sorting_thrice_by_a_column_gives_the_order_of_the_recipe() -> None:
    once = Wanted().sorted_by("accuracy")
    twice = once.sorted_by("accuracy")
    assert (once.turned, twice.turned) == (False, True)
    assert twice.sorted_by("accuracy").order is None
    assert twice.sorted_by("params") == Wanted(order="params")


def test_a_search_leaves_what_has_the_word_and_the_baseline() -> None:
    found = view(Wanted(search="ENS"))
    assert variants(found) == ["baseline", "dense"]
    assert (found.found, found.variants) == (2, 5)


def test_only_the_columns_in_which_something_differs() -> None:
    finished = replace(loaded(), study=study("baseline", "groups"))
    wanted = Wanted(differing=True)
    keys = [head.key for head in view_of(table_of(finished, wanted), wanted).heads]
    assert "test_time" not in keys
    assert "accuracy" in keys
    assert "params" in keys


def test_chosen_measures_are_shown_in_detail() -> None:
    keys = [head.key for head in view(Wanted(measures=("train_time", "params"))).heads]
    assert keys[1:4] == ["train_time", "train_time_difference", "train_time_verdict"]


def test_another_baseline_can_be_pinned() -> None:
    pinned = view(Wanted(baseline="groups"))
    assert variants(pinned)[0] == "groups"
    by_name = dict(zip(variants(pinned), column(pinned, "accuracy_difference"), strict=True))
    assert by_name["groups"] == "baseline"
    assert by_name["baseline"].startswith("−2.13")


def test_each_seed_stands_below_its_mean() -> None:
    each = view(Wanted(seeds="each", search="groups"))
    assert [(line.variant, line.seed) for line in each.lines[4:]] == [
        ("groups", None), ("groups", 0), ("groups", 1), ("groups", 2),
    ]  # fmt: skip
    assert column(each, "seed")[4:] == ["mean", "0", "1", "2"]
    assert column(each, "accuracy_difference")[5:] == ["+2.10", "+2.10", "+2.20"]
    assert column(each, "accuracy_verdict")[5:] == ["n = 1: no claim"] * 3


def test_seed_by_seed_compares_within_each_seed() -> None:
    apart = view(Wanted(seeds="apart", order="accuracy"))
    assert [(line.seed, line.variant) for line in apart.lines] == [
        (0, "extra"), (0, "groups"), (0, "dense"), (0, "baseline"), (0, "late"),
        (1, "groups"), (1, "baseline"), (1, "dense"),
        (2, "groups"), (2, "dense"), (2, "baseline"),
    ]  # fmt: skip


def test_all_texts_of_a_line_fit_their_columns() -> None:
    for seeds in SEEDS:
        made = view(Wanted(seeds=seeds))
        for line in made.lines:
            assert len(line.texts) == len(line.strong) == len(made.heads)
            assert all(len(t) <= h.width for t, h in zip(line.texts, made.heads, strict=True))


def test_the_words_tell_how_the_table_is_arranged() -> None:
    wanted = Wanted(order="accuracy", search="ens", differing=True, baseline="groups")
    told = status_words(view(wanted), wanted, (1, 3), ascii=False)
    assert told == (
        "2 of 5 variants match “ens” · means over seeds · by accuracy, falling · "
        "only what differs · against groups · columns ‹ 1 3 ›"
    )
    assert status_words(view(), Wanted(), (0, 0), ascii=True) == "5 variants | means over seeds"


def test_an_empty_lab_says_what_to_do(tmp_path: Path) -> None:
    assert "2  plan a study of your own" in empty_words(tmp_path / "lab.db", (), None)


def test_details_tell_what_changed_was_expected_and_happened(tmp_path: Path) -> None:
    made = read_study(filled(tmp_path / "lab.db"), "widths", _condition(tmp_path / "lab.db"))
    told = details(made, table_of(made, Wanted()), "w8", ascii=False).plain
    assert "changes channels 4 → 8" in told
    assert "because twice the width" in told
    assert "expected [/a point] more[31m\n ✓ supported: wider is better (w8.accuracy > bas" in told
    assert (
        "happened Accuracy 92.13 % (seed 0: 92.00, seed 1: 92.50, seed 2: 91.90); Δ +2.12" in told
    )
    assert "real, better" in told


def test_what_was_expected_stands_beside_what_happened(tmp_path: Path) -> None:
    made = read_study(filled(tmp_path / "lab.db"), "widths", _condition(tmp_path / "lab.db"))
    better, worse, *_ = expectations(made.study, table_of(made, Wanted()))
    assert (better.title, worse.title) == ("w8", "w2")
    assert better.plain.splitlines()[1:] == [
        "expected [/a point] more[31m",
        "happened Accuracy +2.12 pp [+1.86, +2.38]: real, better",
        "costs params +100.0 %, MACs +100.0 %, memory +6.2 %, train time +33.3 %, test time ±0 %",
    ]
    assert "real, worse" in worse.plain
    one = replace(made.study.variants[1], expect="")
    study = replace(made.study, variants=(made.study.variants[0], one, *made.study.variants[2:]))
    first = expectations(study, table_of(made, Wanted()))[0]
    assert first.lines[0] == ("expected", "nothing was written down beforehand")


def test_claims_have_a_sign_a_word_and_the_figures_behind_it(tmp_path: Path) -> None:
    made = read_study(filled(tmp_path / "lab.db"), "widths", _condition(tmp_path / "lab.db"))
    total, first = claims(made.verdicts, ascii=False)
    assert total.plain == "1 claim: 1 supported"
    title, check, found, pairs = first.plain.splitlines()
    assert title == "✓ supported: wider is better"
    assert check == "check w8.accuracy > baseline.accuracy"
    assert "w8 is 2.12 pp higher" in found
    assert pairs == "by seed 0: 92 | 90, 1: 92.5 | 90.3, 2: 91.9 | 89.75"
    late = replace(
        made.verdicts[0],
        verdict="refuted",
        findings=(),
        claim=replace(made.study.claims[0], source="[/x", figure="2 %", changed=True),
    )
    assert claims([late, late], ascii=True)[0].plain == "2 claims: 2 refuted"
    told = claims([late], ascii=True)[1].plain
    assert told.startswith("x refuted: wider")
    assert "source [/x: 2 %\nlate this was written after runs" in told
    assert claims((), ascii=False) == []


def test_without_expectations_it_says_how_to_have_them() -> None:
    first, *others = expectations(loaded().study, table_of(loaded(), Wanted()))
    assert "in Ablate (2), e on a variant" in first.plain
    assert others[0].plain.startswith("groups\nhappened Accuracy +2")
    late = next(block for block in others if block.title == "late")
    assert "happened no run of it is finished yet" in late.plain
    assert late.plain.endswith("not done seed 0: out of memory")


def test_details_of_a_failed_variant_tell_what_it_said() -> None:
    told = details(loaded(), table_of(loaded(), Wanted()), "late", ascii=False).plain
    assert "not done seed 0: out of memory" in told
    assert "said out of [/x memory" in told


def test_notes_begin_with_the_question_and_the_cautions() -> None:
    told = notes(table_of(loaded(), Wanted()))[0].plain
    assert told.startswith("Does it pay?\n! Caution: ")


def test_markdown_is_what_is_shown() -> None:
    text = text_of(shown(Wanted(search="groups", order="accuracy")), "md")
    lines = text.split("\n\n")[1].splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["groups", "baseline"]
    assert "2 of 5 variants: only the baseline and what matches “groups”" in text


def test_json_holds_every_measure_whatever_is_shown() -> None:
    made = json.loads(text_of(shown(Wanted(measures=("params",), differing=True)), "json"))
    assert {"accuracy", "train_time", "params", "val_loss"} <= made["measures"].keys()


@pytest.mark.parametrize("form", ["md", "csv", "latex", "json"])
def test_every_format_can_be_written(form: str) -> None:
    assert "groups" in text_of(shown(Wanted(order="accuracy")), form)  # type: ignore[arg-type]


# Plots


def test_the_front_is_what_none_beats_in_both() -> None:
    made = scatter_of(loaded(), Wanted(), "macs")
    front = {point.name for point in made.points if point.front}
    assert front == {"extra"}
    assert {point.name for point in made.points} == {"baseline", "groups", "dense", "extra"}


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12))
def test_a_point_is_on_the_front_unless_another_beats_it(pairs: list[tuple[int, int]]) -> None:
    table = table_of(loaded(), Wanted(measures=("accuracy", "macs")))
    row = table.rows[0]
    rows = tuple(
        replace(
            row,
            variant=str(place),
            cells=(replace(row.cells[0], value=float(gain)), replace(row.cells[1], value=cost)),
        )
        for place, (cost, gain) in enumerate(pairs)
    )
    points = points_of(Table("", "", table.columns, rows, (), ()), 1.0)
    for one in points:
        beaten = any(
            other.x <= one.x and other.y >= one.y and (other.x, other.y) != (one.x, one.y)
            for other in points
        )
        assert one.front != beaten


POINTS = (
    Point("small", 1.0, 80.0, front=True, baseline=True),
    Point("worse", 2.0, 75.0, front=False),
    Point("large", 4.0, 90.0, front=True),
)


@pytest.mark.parametrize("ascii_", [False, True])
def test_the_front_is_told_by_sign_and_name(ascii_: bool) -> None:
    made = draw(Scatter(POINTS, "MACs (M)", "accuracy (%)"), 60, 14, chosen="worse", ascii=ascii_)
    text = "\n".join("".join(piece for piece, _ in line) for line in made.lines)
    front, beaten = SIGNS[ascii_]
    assert text.count(front) == 3  # two and the legend
    assert text.count(beaten) >= 2
    for name in ("small", "large", "worse", "accuracy (%) against MACs (M)"):
        assert name in text
    assert not ascii_ or text.isascii()
    assert {len("".join(piece for piece, _ in line)) for line in made.lines} == {60}
    assert set(made.cells.values()) == {"small", "worse", "large"}


@pytest.mark.parametrize("size", [(1, 1), (10, 3), (24, 6), (80, 10), (200, 40)])
def test_a_scatter_of_any_size_stays_within_it(size: tuple[int, int]) -> None:
    for points in ((), POINTS[:1], POINTS):
        made = draw(Scatter(points, "x", "y", "nothing"), *size)
        assert len(made.lines) <= size[1]
        assert all(sum(len(piece) for piece, _ in line) <= size[0] for line in made.lines)


def epoch(number: int, accuracy: float | None) -> Epoch:
    return Epoch(number, number, 1.0, 50.0, 1.0, accuracy, None, 0.1, 1.0, 100.0)


def test_curves_are_means_over_the_epochs_that_all_seeds_have() -> None:
    row = table_of(loaded(), Wanted()).rows[0]
    told = {
        row.runs[0].id: [epoch(1, 10.0), epoch(2, 20.0)],
        row.runs[1].id: [epoch(1, 20.0)],
        row.runs[2].id: [],
    }
    made = overlaid([row], told, "val_accuracy", each=False, ascii=False)
    assert [[(p.x, p.last) for p in curve.points] for curve in made.curves] == [[(1, 15.0)]]
    assert "● baseline" in made.title
    each = overlaid([row], told, "val_accuracy", each=True, ascii=False)
    assert [len(curve.points) for curve in each.curves] == [2, 1]


def test_curves_that_are_not_there_are_explained() -> None:
    row = table_of(loaded(), Wanted()).rows[0]
    told = {row.runs[0].id: [epoch(1, None)]}
    made = overlaid([row], told, "val_accuracy", each=False, ascii=False)
    assert made.curves == ()
    assert made.empty == (
        "No validation accuracy yet of baseline, or no validation split: c shows other curves"
    )


# The lab


def _condition(lab: Path) -> str:
    return read_plans(lab)[0].condition


def test_plans_are_listed_newest_first_with_how_many_runs_are_done(tmp_path: Path) -> None:
    lab = tmp_path / "lab.db"
    assert read_plans(lab) == ()
    filled(lab, "old", (4, 8), (0, 1))
    filled(lab, "new", (4, 2), (0, 1, 2), done=False)
    told = [(plan.study, plan.done, plan.runs, plan.question) for plan in read_plans(lab)]
    assert told == [("new", 2, 6, "Does width pay?"), ("old", 4, 4, "Does width pay?")]


def test_a_study_is_read_under_one_condition_and_names_the_others(tmp_path: Path) -> None:
    lab = filled(tmp_path / "lab.db", data="cifar10")
    filled(lab)
    newest, older = read_plans(lab)
    made = read_study(lab, "widths", older.condition)
    assert made.condition.condition == older.condition
    assert [one.condition for one in made.others] == [newest.condition]
    assert {entry.run.condition for entry in made.entries} == {older.condition}


def test_the_stamp_changes_when_the_lab_does(tmp_path: Path) -> None:
    lab = tmp_path / "lab.db"
    none = stamp(lab)
    filled(lab, "one", (4, 8), (0,))
    one = stamp(lab)
    filled(lab, "two", (4, 8), (0, 1))
    assert len({none, one, stamp(lab)}) == 3


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "now"), (300, "5 min"), (7200, "2 h"), (3 * 86400, "3 d"), (-50, "now")],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    assert ago(1e9, 1e9 + seconds) == words
