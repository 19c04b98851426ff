"""What Compare makes of a study: lines, columns, verdicts, order, plots, exports. No screen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from compare_labs import filled_lab
from report_cases import entries, measured, run, study

from netlab.lab.records import Epoch, StudyInCondition
from netlab.report.load import StudyData
from tui.compare.claims_view import claim_blocks
from tui.compare.curve_overlay import overlay_curves
from tui.compare.details_view import details_block, note_blocks
from tui.compare.expected_view import expectation_blocks
from tui.compare.messages import ShownStudy
from tui.compare.scatter_view import make_scatter
from tui.compare.status_line import empty_text, status_text
from tui.compare.study_list import time_since
from tui.compare.table_export import render_shown_table
from tui.compare.table_view import TableView, make_table, make_view
from tui.compare.view_options import SEED_MODES, ViewOptions
from tui.lab.study_reads import lab_stamp, read_studies, read_study
from tui.widgets.plots.scatter_plot import POINT_SIGNS, ScatterData, ScatterPoint, draw_scatter

LAB = Path("lab.db")
CONDITION = StudyInCondition("s", "", "c0", "cifar10 · standard@1 · 12 epochs", 1.0, 9, 9)


def loaded() -> StudyData:
    """Groups is really better, dense within noise, extra has one seed, late none."""
    found = entries(
        baseline=[measured(seed, 90 + spread) for seed, spread in enumerate((0.0, 0.3, -0.2))],
        groups=[measured(seed, 92 + spread) for seed, spread in enumerate((0.1, 0.4, 0.0))],
        dense=[measured(seed, 90 + spread) for seed, spread in enumerate((0.4, -0.1, 0.0))],
        extra=[measured(0, 95.0, train_time=100.0)],
        late=[run(0, "failed", reason="out-of-memory", message="out of [/x memory")],
    )
    names = ("baseline", "groups", "dense", "extra", "late")
    shown = replace(study(*names, question="Does it pay?"), condition=CONDITION.condition)
    return StudyData(shown, tuple(found), conditions=(CONDITION,))


def shown(wanted: ViewOptions) -> ShownStudy:
    table = make_table(loaded(), wanted)
    return ShownStudy(loaded(), wanted, table, make_view(table, wanted))


def view(wanted: ViewOptions = ViewOptions()) -> TableView:  # noqa: B008
    return shown(wanted).view


def column(view: TableView, key: str) -> list[str]:
    place = [head.key for head in view.columns].index(key)
    return [line.texts[place].strip() for line in view.lines]


def variants(view: TableView) -> list[str]:
    return [line.variant for line in view.lines]


def test_what_was_found_stands_before_what_it_cost() -> None:
    assert [head.key for head in view().columns] == [
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
    strong = [any(line.real) for line in view().lines]
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
    assert variants(view(ViewOptions(sort_key=key))) == first


def test_a_turned_order_still_has_what_is_unknown_last() -> None:
    turned = variants(view(ViewOptions(sort_key="accuracy", sort_reversed=True)))
    assert turned == ["baseline", "dense", "groups", "extra", "late"]


def test_sorting_thrice_by_a_column_gives_the_order_of_the_recipe() -> None:
    once = ViewOptions().sorted_by("accuracy")
    twice = once.sorted_by("accuracy")
    assert (once.sort_reversed, twice.sort_reversed) == (False, True)
    assert twice.sorted_by("accuracy").sort_key is None
    assert twice.sorted_by("params") == ViewOptions(sort_key="params")


def test_a_search_leaves_what_has_the_word_and_the_baseline() -> None:
    found = view(ViewOptions(search="ENS"))
    assert variants(found) == ["baseline", "dense"]
    assert (found.matching, found.total) == (2, 5)


def test_only_the_columns_in_which_something_differs() -> None:
    finished = replace(loaded(), study=study("baseline", "groups"))
    wanted = ViewOptions(differences_only=True)
    keys = [head.key for head in make_view(make_table(finished, wanted), wanted).columns]
    assert "test_time" not in keys
    assert "accuracy" in keys
    assert "params" in keys


def test_chosen_measures_are_shown_in_detail() -> None:
    keys = [head.key for head in view(ViewOptions(measures=("train_time", "params"))).columns]
    assert keys[1:4] == ["train_time", "train_time_difference", "train_time_verdict"]


def test_another_baseline_can_be_pinned() -> None:
    pinned = view(ViewOptions(baseline="groups"))
    assert variants(pinned)[0] == "groups"
    by_name = dict(zip(variants(pinned), column(pinned, "accuracy_difference"), strict=True))
    assert by_name["groups"] == "baseline"
    assert by_name["baseline"].startswith("−2.13")


def test_each_seed_stands_below_its_mean() -> None:
    each = view(ViewOptions(seeds="each", search="groups"))
    assert [(line.variant, line.seed) for line in each.lines[4:]] == [
        ("groups", None), ("groups", 0), ("groups", 1), ("groups", 2),
    ]  # fmt: skip
    assert column(each, "seed")[4:] == ["mean", "0", "1", "2"]
    assert column(each, "accuracy_difference")[5:] == ["+2.10", "+2.10", "+2.20"]
    assert column(each, "accuracy_verdict")[5:] == ["n = 1: no claim"] * 3


def test_seed_by_seed_compares_within_each_seed() -> None:
    apart = view(ViewOptions(seeds="apart", sort_key="accuracy"))
    assert [(line.seed, line.variant) for line in apart.lines] == [
        (0, "extra"), (0, "groups"), (0, "dense"), (0, "baseline"), (0, "late"),
        (1, "groups"), (1, "baseline"), (1, "dense"),
        (2, "groups"), (2, "dense"), (2, "baseline"),
    ]  # fmt: skip


def test_all_texts_of_a_line_fit_their_columns() -> None:
    for seeds in SEED_MODES:
        made = view(ViewOptions(seeds=seeds))
        for line in made.lines:
            assert len(line.texts) == len(line.real) == len(made.columns)
            assert all(len(t) <= h.width for t, h in zip(line.texts, made.columns, strict=True))


def test_the_words_tell_how_the_table_is_arranged() -> None:
    wanted = ViewOptions(
        sort_key="accuracy", search="ens", differences_only=True, baseline="groups"
    )
    told = status_text(view(wanted), wanted, (1, 3), ascii=False)
    assert told == (
        "2 of 5 variants match “ens” · means over seeds · by accuracy, falling · "
        "only what differs · against groups · columns ‹ 1 3 ›"
    )
    assert status_text(view(), ViewOptions(), (0, 0), ascii=True) == "5 variants | means over seeds"


def test_an_empty_lab_says_what_to_do(tmp_path: Path) -> None:
    assert "2  plan a study of your own" in empty_text(tmp_path / "lab.db", (), None)


def test_details_tell_what_changed_was_expected_and_happened(tmp_path: Path) -> None:
    made = read_study(filled_lab(tmp_path / "lab.db"), "widths", _condition(tmp_path / "lab.db"))
    told = details_block(made, make_table(made, ViewOptions()), "w8", ascii=False).plain
    assert "changes channels 4 → 8" in told
    assert "because twice the width" in told
    assert "expected [/a point] more[31m\n ✓ supported: wider is better (w8.accuracy > bas" in told
    assert (
        "happened Accuracy 92.13 % (seed 0: 92.00, seed 1: 92.50, seed 2: 91.90); Δ +2.12" in told
    )
    assert "real, better" in told


def test_what_was_expected_stands_beside_what_happened(tmp_path: Path) -> None:
    made = read_study(filled_lab(tmp_path / "lab.db"), "widths", _condition(tmp_path / "lab.db"))
    better, worse, *_ = expectation_blocks(made.study, make_table(made, ViewOptions()))
    assert (better.title, worse.title) == ("w8", "w2")
    assert better.plain.splitlines()[1:] == [
        "expected [/a point] more[31m",
        "happened Accuracy +2.12 pp [+1.86, +2.38]: real, better",
        "costs params +100.0 %, MACs +100.0 %, memory +6.2 %, train time +33.3 %, test time ±0 %",
    ]
    assert "real, worse" in worse.plain
    one = replace(made.study.variants[1], expect="")
    study = replace(made.study, variants=(made.study.variants[0], one, *made.study.variants[2:]))
    first = expectation_blocks(study, make_table(made, ViewOptions()))[0]
    assert first.lines[0] == ("expected", "nothing was written down beforehand")


def test_claims_have_a_sign_a_word_and_the_figures_behind_it(tmp_path: Path) -> None:
    made = read_study(filled_lab(tmp_path / "lab.db"), "widths", _condition(tmp_path / "lab.db"))
    total, first = claim_blocks(made.verdicts, LAB, ascii=False)
    assert total.plain == "1 claim: 1 supported"
    title, check, found, pairs = first.plain.splitlines()
    assert title == "✓ supported: wider is better"
    assert check == "check w8.accuracy > baseline.accuracy"
    assert "w8 is 2.12 pp higher" in found
    assert pairs == "by seed 0: 92 | 90, 1: 92.5 | 90.3, 2: 91.9 | 89.75"
    late = replace(
        made.verdicts[0],
        kind="refuted",
        clause_verdicts=(),
        claim=replace(made.study.claims[0], source="[/x", figure="2 %", changed=True),
    )
    assert claim_blocks([late, late], LAB, ascii=True)[0].plain == "2 claims: 2 refuted"
    told = claim_blocks([late], LAB, ascii=True)[1].plain
    assert told.startswith("x refuted: wider")
    assert "source [/x: 2 %\nlate this was written after runs" in told
    assert claim_blocks((), LAB, ascii=False) == []


def test_without_expectations_it_says_how_to_have_them() -> None:
    first, *others = expectation_blocks(loaded().study, make_table(loaded(), ViewOptions()))
    assert "in Ablate (2), e on a variant" in first.plain
    assert others[0].plain.startswith("groups\nhappened Accuracy +2")
    late = next(block for block in others if block.title == "late")
    assert "happened no run of it is finished yet" in late.plain
    assert late.plain.endswith("not done seed 0: out of memory")


def test_details_of_a_failed_variant_tell_what_it_said() -> None:
    told = details_block(loaded(), make_table(loaded(), ViewOptions()), "late", ascii=False).plain
    assert "not done seed 0: out of memory" in told
    assert "said out of [/x memory" in told


def test_notes_begin_with_the_question_and_the_cautions() -> None:
    told = note_blocks(make_table(loaded(), ViewOptions()), LAB)[0].plain
    assert told.startswith("Does it pay?\n! Caution: ")


def test_markdown_is_what_is_shown() -> None:
    text = render_shown_table(shown(ViewOptions(search="groups", sort_key="accuracy")), "md")
    lines = text.split("\n\n")[1].splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["groups", "baseline"]
    assert "2 of 5 variants: only the baseline and what matches “groups”" in text


def test_json_holds_every_measure_whatever_is_shown() -> None:
    made = json.loads(
        render_shown_table(shown(ViewOptions(measures=("params",), differences_only=True)), "json")
    )
    assert {"accuracy", "train_time", "params", "val_loss"} <= made["measures"].keys()


@pytest.mark.parametrize("form", ["md", "csv", "latex", "json"])
def test_every_format_can_be_written(form: str) -> None:
    assert "groups" in render_shown_table(shown(ViewOptions(sort_key="accuracy")), form)  # type: ignore[arg-type]


# Plots


def test_the_front_is_what_none_beats_in_both() -> None:
    made = make_scatter(loaded(), ViewOptions(), "macs")
    front = {point.name for point in made.points if point.front}
    assert front == {"extra"}
    assert {point.name for point in made.points} == {"baseline", "groups", "dense", "extra"}


POINTS = (
    ScatterPoint("small", 1.0, 80.0, front=True, baseline=True),
    ScatterPoint("worse", 2.0, 75.0, front=False),
    ScatterPoint("large", 4.0, 90.0, front=True),
)


@pytest.mark.parametrize("ascii_", [False, True])
def test_the_front_is_told_by_sign_and_name(ascii_: bool) -> None:
    made = draw_scatter(
        ScatterData(POINTS, "MACs (M)", "accuracy (%)"), 60, 14, chosen="worse", ascii=ascii_
    )
    text = "\n".join("".join(piece for piece, _ in line) for line in made.lines)
    front, beaten = POINT_SIGNS[ascii_]
    assert text.count(front) == 3  # two and the legend
    assert text.count(beaten) >= 2
    for name in ("small", "large", "worse", "accuracy (%) against MACs (M)"):
        assert name in text
    assert not ascii_ or text.isascii()
    assert {len("".join(piece for piece, _ in line)) for line in made.lines} == {60}
    assert set(made.points_by_cell.values()) == {"small", "worse", "large"}


@pytest.mark.parametrize("size", [(1, 1), (10, 3), (24, 6), (80, 10), (200, 40)])
def test_a_scatter_of_any_size_stays_within_it(size: tuple[int, int]) -> None:
    for points in ((), POINTS[:1], POINTS):
        made = draw_scatter(ScatterData(points, "x", "y", "nothing"), *size)
        assert len(made.lines) <= size[1]
        assert all(sum(len(piece) for piece, _ in line) <= size[0] for line in made.lines)


def epoch(number: int, accuracy: float | None) -> Epoch:
    return Epoch(number, number, 1.0, 50.0, 1.0, accuracy, None, 0.1, 1.0, 100.0)


def test_curves_are_means_over_the_epochs_that_all_seeds_have() -> None:
    row = make_table(loaded(), ViewOptions()).rows[0]
    told = {
        row.runs[0].id: [epoch(1, 10.0), epoch(2, 20.0)],
        row.runs[1].id: [epoch(1, 20.0)],
        row.runs[2].id: [],
    }
    made = overlay_curves([row], told, "val_accuracy", each=False, ascii=False)
    assert [[(p.x, p.last) for p in curve.points] for curve in made.curves] == [[(1, 15.0)]]
    assert "● baseline" in made.title
    each = overlay_curves([row], told, "val_accuracy", each=True, ascii=False)
    assert [len(curve.points) for curve in each.curves] == [2, 1]


def test_curves_that_are_not_there_are_explained() -> None:
    row = make_table(loaded(), ViewOptions()).rows[0]
    told = {row.runs[0].id: [epoch(1, None)]}
    made = overlay_curves([row], told, "val_accuracy", each=False, ascii=False)
    assert made.curves == ()
    assert made.empty == (
        "No validation accuracy yet of baseline, or no validation split: c shows other curves"
    )


# The lab


def _condition(lab: Path) -> str:
    return read_studies(lab)[0].condition


def test_plans_are_listed_newest_first_with_how_many_runs_are_done(tmp_path: Path) -> None:
    lab = tmp_path / "lab.db"
    assert read_studies(lab) == ()
    filled_lab(lab, "old", (4, 8), (0, 1))
    filled_lab(lab, "new", (4, 2), (0, 1, 2), done=False)
    told = [(plan.study, plan.done, plan.runs, plan.question) for plan in read_studies(lab)]
    assert told == [("new", 2, 6, "Does width pay?"), ("old", 4, 4, "Does width pay?")]


def test_a_study_is_read_under_one_condition_and_names_the_others(tmp_path: Path) -> None:
    lab = filled_lab(tmp_path / "lab.db", data="cifar10")
    filled_lab(lab)
    newest, older = read_studies(lab)
    made = read_study(lab, "widths", older.condition)
    assert made.condition.condition == older.condition
    assert [one.condition for one in made.other_conditions] == [newest.condition]
    assert {entry.run.condition for entry in made.entries} == {older.condition}


def test_the_stamp_changes_when_the_lab_does(tmp_path: Path) -> None:
    lab = tmp_path / "lab.db"
    none = lab_stamp(lab)
    filled_lab(lab, "one", (4, 8), (0,))
    one = lab_stamp(lab)
    filled_lab(lab, "two", (4, 8), (0, 1))
    assert len({none, one, lab_stamp(lab)}) == 3


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "now"), (300, "5 min"), (7200, "2 h"), (3 * 86400, "3 d"), (-50, "now")],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    assert time_since(1e9, 1e9 + seconds) == words
