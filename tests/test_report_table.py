"""What goes into a table: rows, figures, what is missing, and its cautions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from report_cases import column, entries, measured, placed, run, spec, study, table_of

from netlab.errors import NetlabError
from netlab.lab.records import Run, StudyInCondition
from netlab.measures import DEFAULT_MEASURES, MEASURES
from netlab.report.only_differences import only_differences
from netlab.report.render.text_table import format_value, text_columns
from netlab.report.table import Table


def keys(table: Table) -> list[str]:
    return [series.key for series in text_columns(table)]


def three(*accuracies: float) -> list[Run]:
    return [measured(seed, accuracy) for seed, accuracy in enumerate(accuracies)]


BASELINE = three(87.0, 86.5, 87.3)


def test_the_default_columns_are_those_of_the_source() -> None:
    table = table_of(study("baseline", "groups"), entries(baseline=BASELINE, groups=three(85, 86)))
    assert [series.heading for series in text_columns(table)] == [
        "variant",
        "params (k)",
        "MACs (M)",
        "n",
        "memory (MB)",
        "train time (s)",
        "test time (s)",
        "accuracy (%)",
        "Δ accuracy (pp) [95 % CI]",
    ]


def test_rows_keep_the_order_of_the_recipe_whatever_order_runs_have() -> None:
    runs = entries(zebra=three(85.0), apple=three(84.0), baseline=BASELINE)
    table = table_of(study("baseline", "zebra", "apple"), runs)
    assert [row.variant for row in table.rows] == ["baseline", "zebra", "apple"]
    assert [row.baseline for row in table.rows] == [True, False, False]


def test_a_row_holds_means_sds_and_paired_differences() -> None:
    table = table_of(
        study("baseline", "groups"), entries(baseline=BASELINE, groups=three(85.0, 85.5, 84.3))
    )
    cell = table.rows[1].cells[DEFAULT_MEASURES.index("accuracy")]
    assert cell.values == {0: 85.0, 1: 85.5, 2: 84.3}
    assert cell.value == pytest.approx(84.9333333333)
    assert cell.difference is not None
    assert cell.difference.mean == pytest.approx(-2.0)
    assert table.rows[0].cells[DEFAULT_MEASURES.index("accuracy")].difference is None
    assert table.rows[1].cells[DEFAULT_MEASURES.index("params")].value == 97869


def test_mean_and_sample_sd() -> None:
    table = table_of(study("baseline"), entries(baseline=three(2.0, 4.0, 9.0)))
    cell = table.rows[0].cells[DEFAULT_MEASURES.index("accuracy")]
    assert (cell.n, cell.value) == (3, 5.0)
    assert cell.sd == pytest.approx(13**0.5, abs=1e-12)


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        (run(2, "failed", reason="out-of-memory"), "seed 2: out of memory"),
        (run(2, "failed", reason="disk-full"), "seed 2: disk full"),
        (run(2, "failed", reason="killed"), "seed 2: killed"),
        (run(2, "failed", reason="error"), "seed 2: failed"),
        (run(2, "diverged", epoch=3), "seed 2: diverged in epoch 4"),
        (run(2, "interrupted", epoch=3), "seed 2: interrupted after epoch 3 of 12"),
        (run(2, "stopped", epoch=3), "seed 2: stopped after epoch 3 of 12"),
        (run(2, "paused", epoch=3), "seed 2: paused after epoch 3 of 12"),
        (run(2, "running", epoch=3), "seed 2: running, epoch 4 of 12"),
        (run(2, "running", epoch=12), "seed 2: running, epoch 12 of 12"),
        (run(2, "queued", epoch=0), "seed 2: queued"),
    ],
)
def test_a_run_without_a_result_is_named_in_its_row(broken: Run, text: str) -> None:
    table = table_of(
        study("baseline", "groups"), entries(baseline=BASELINE, groups=[*three(85, 84), broken])
    )
    assert column(table, "not_done") == ["", text]
    assert column(table, "n") == ["3", "2 of 3"]


def test_a_variant_of_which_nothing_is_done_keeps_its_row() -> None:
    runs = entries(baseline=BASELINE, groups=[run(seed, "diverged", epoch=0) for seed in range(3)])
    table = table_of(study("baseline", "groups", "dense"), runs)
    assert column(table, "accuracy")[1:] == ["–", "–"]
    assert column(table, "accuracy_difference") == ["baseline", "–", "–"]
    assert column(table, "params") == ["195.7", "97.9", "65.2"]
    assert column(table, "not_done") == ["", "seeds 0–2: diverged in epoch 1", "not run"]
    assert column(table, "n") == ["3", "0 of 3", "0"]


def test_seeds_in_the_same_state_are_listed_together() -> None:
    broken = [run(1, "queued"), run(3, "queued"), run(2, "failed", reason="out-of-memory")]
    table = table_of(study("baseline"), entries(baseline=[*three(85.0), *broken]))
    assert column(table, "not_done") == ["seeds 1, 3: queued; seed 2: out of memory"]


def test_figures_of_unfinished_runs_do_not_count() -> None:
    half = run(1, "running", epoch=6, accuracy=99.0, train_time=1.0)
    table = table_of(study("baseline"), entries(baseline=[*three(85.0), half]))
    assert column(table, "accuracy") == ["85.00"]
    assert column(table, "train_time") == ["665.0"]


def test_a_result_that_is_no_number_counts_as_missing() -> None:
    runs = entries(baseline=[measured(0, 85.0), measured(1, float("nan"))])
    assert column(table_of(study("baseline"), runs), "accuracy") == ["85.00"]


def test_what_a_failed_run_said_stands_under_the_table_once() -> None:
    broken = [run(s, "failed", reason="error", message="no space for x") for s in (1, 2)]
    table = table_of(study("baseline"), entries(baseline=[*three(85.0), *broken]))
    assert "baseline, seeds 1, 2 failed: no space for x" in table.cautions


def test_without_a_baseline_result_there_are_no_differences_and_it_says_so() -> None:
    runs = entries(baseline=[run(0, "queued")], groups=three(85.0))
    table = table_of(study("baseline", "groups"), runs)
    assert column(table, "accuracy_difference") == ["baseline", "–"]
    assert table.cautions == ("The baseline has no finished run: there are no differences.",)


def test_one_seed_is_no_claim() -> None:
    table = table_of(study("baseline", "g"), entries(baseline=three(87.0), g=three(85.5)))
    assert column(table, "accuracy_difference") == ["baseline", "−1.50 (n = 1: no claim)"]
    assert column(table, "accuracy") == ["87.00", "85.50"]
    assert any("there is no interval, and no claim" in note for note in table.notes)


def test_only_a_difference_whose_interval_excludes_zero_is_marked() -> None:
    runs = entries(
        baseline=BASELINE,
        clear=three(85.0, 84.6, 85.2),
        vague=three(88.0, 85.5, 88.0),
        one=three(9),
    )
    table = table_of(study("baseline", "clear", "vague", "one"), runs)
    marked = {series.key: [f.strong for f in series.cells] for series in text_columns(table)}
    assert marked.pop("accuracy_difference") == [False, True, False, False]
    assert not any(any(fields) for fields in marked.values())


def test_a_difference_on_fewer_seeds_than_the_row_has_is_flagged() -> None:
    runs = entries(baseline=three(87.0, 86.0), groups=three(85.0, 85.5, 84.3))
    table = table_of(study("baseline", "groups"), runs)
    assert [text.split(", which")[0] for text in table.cautions] == [
        "groups: the difference is taken on seeds 0, 1"
    ]
    apart = entries(baseline=[measured(8, 87.0)], groups=three(85.0))
    table = table_of(study("baseline", "groups"), apart)
    assert table.cautions == ("groups shares no finished seed with the baseline.",)


def test_a_difference_that_only_pairing_makes_significant_is_flagged() -> None:
    runs = entries(baseline=three(80.0, 85.0, 90.0), groups=three(79.0, 83.9, 88.9))
    table = table_of(study("baseline", "groups"), runs)
    (caution,) = table.cautions
    assert caution.startswith("Accuracy: for groups the interval paired by seed excludes zero")
    assert "Welch" in caution


def test_mixed_hardware_precision_and_threads_are_flagged_with_their_rows() -> None:
    elsewhere = run(1, hardware={"device_name": "NVIDIA H100", "threads": 8}, accuracy=85.0)
    float16 = run(0, hardware={"precision": "bfloat16"}, accuracy=85.0)
    runs = entries(baseline=three(87.0), groups=[*three(85.0), elsewhere], dense=[float16])
    hardware, threads, precision, pairs = table_of(
        study("baseline", "groups", "dense"), runs
    ).cautions
    assert hardware == (
        "Rows come from different hardware: NVIDIA GeForce GTX 1070 for baseline, groups (seed 0), "
        "dense; NVIDIA H100 for groups (seed 1)."
    )
    assert threads == (
        "Rows come from different numbers of threads: 2 for baseline, groups (seed 0), dense; "
        "8 for groups (seed 1)."
    )
    assert precision == (
        "Rows come from different precision: float32 for baseline, groups; bfloat16 for dense."
    )
    assert pairs == "groups: the difference is taken on seed 0, which both have."


def test_two_kinds_of_memory_are_flagged() -> None:
    resident = run(0, memory_kind="resident", memory=900.0)
    table = table_of(study("baseline", "cpu"), entries(baseline=three(87.0), cpu=[resident]))
    assert table.cautions == (
        "Rows come from different kinds of memory: device for baseline; resident for cpu.",
    )


def test_times_of_runs_that_trained_side_by_side_are_flagged() -> None:
    crowded = measured(0, 85.0)
    crowded = replace(crowded, hardware={**crowded.hardware, "jobs": 2})
    runs = entries(baseline=[measured(0, 87.0)], groups=[crowded])
    both = study("baseline", "groups")
    (caution,) = table_of(both, runs).cautions
    assert "2 runs trained at once: train time, test time of groups cannot be" in caution
    assert table_of(both, runs, measures=["accuracy", "params"]).cautions == ()


def test_rows_of_one_setting_carry_no_caution() -> None:
    runs = entries(baseline=BASELINE, groups=three(84.0, 83.4, 84.4))
    assert table_of(study("baseline", "groups"), runs).cautions == ()


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("device", "Memory: peak memory allocated on the device"),
        ("resident", "Memory: peak resident set of the training process"),
    ],
)
def test_the_notes_say_which_memory_it_is(kind: str, says: str) -> None:
    runs = entries(baseline=[run(0, memory_kind=kind, memory=600.0)])
    assert says in " ".join(table_of(study("baseline"), runs).notes)


def test_the_notes_say_what_macs_are_and_are_not() -> None:
    notes = " ".join(table_of(study("baseline"), []).notes)
    assert "multiply-accumulates of convolution and linear layers, batch 1, without bias" in notes
    assert "FLOPs = 2 × MACs; MACs are not speed" in notes


def test_runs_of_two_conditions_never_share_a_table() -> None:
    runs = entries(baseline=[run(0), run(1, of=spec(data="fashion-mini"))])
    with pytest.raises(ValueError, match="cannot share a table"):
        table_of(study("baseline"), runs)


def test_a_seed_is_never_counted_twice() -> None:
    with pytest.raises(ValueError, match="two runs of variant 'baseline' with seed 0"):
        table_of(study("baseline"), entries(baseline=[run(0), run(0)]))


def test_other_conditions_are_named_with_the_way_to_them() -> None:
    other = StudyInCondition("s", "", "0123456789ab", "cifar10 · smoke@1 · 1 epoch", 1.0, 6, 6)
    assert table_of(study("baseline"), [], others=[other]).notes[-1] == (
        "Not in this table: 6 runs under another condition, cifar10 · smoke@1 · 1 epoch; "
        "--condition 0123456789ab shows them."
    )


def test_a_study_without_runs_has_its_rows() -> None:
    table = table_of(study("baseline", "groups"), [])
    assert column(table, "not_done") == ["not run", "not run"]
    assert table.cautions == ("No run of this table is done yet.",)


def test_named_measures_come_in_detail_and_in_their_order() -> None:
    runs = entries(baseline=BASELINE, groups=three(84.0, 83.4, 84.4))
    table = table_of(study("baseline", "groups"), runs, measures=["train_time", "params", "loss"])
    assert keys(table) == [
        "variant",
        "params",
        "n",
        "train_time",
        "train_time_difference",
        "loss",
        "loss_difference",
    ]
    assert column(table, "train_time") == ["666.0 ± 1.0", "666.0 ± 1.0"]
    assert column(table, "loss") == ["–", "–"]


@pytest.mark.parametrize(
    ("measures", "message"),
    [
        (["acuracy"], "no measure is called 'acuracy': did you mean 'accuracy'?"),
        ([], "name at least one measure: params, macs"),
    ],
)
def test_a_measure_that_does_not_exist_is_an_error(measures: list[str], message: str) -> None:
    with pytest.raises(NetlabError, match=message.replace("?", r"\?")):
        table_of(study("baseline"), [], measures=measures)


def test_what_is_the_same_in_every_row_can_be_left_out() -> None:
    runs = entries(baseline=BASELINE, groups=three(84.0, 83.4, 84.4))
    table = only_differences(table_of(study("baseline", "groups"), runs))
    assert keys(table) == ["variant", "params", "macs", "n", "accuracy", "accuracy_difference"]
    assert table.notes[-1] == (
        "The same in every row: memory 617 MB, train time 666.0 s, test time 0.34 s."
    )


def test_a_failed_row_differs_from_one_with_a_value() -> None:
    runs = placed({"baseline": three(87.0), "groups": [run(0, "failed")]})
    table = only_differences(table_of(study("baseline", "groups"), runs))
    assert "memory" in keys(table)


@pytest.mark.parametrize(
    ("value", "name", "places", "shown"),
    [
        (195738, "params", 1, "195.7"),
        (98970, "params", 1, "99.0"),
        (26804864, "macs", 1, "26.8"),
        (0.344999, "test_time", 2, "0.34"),
        (-0.004, "accuracy", 2, "−0.00"),
        (1234567.0, "train_time", 1, "1234567.0"),
    ],
)
def test_numbers_are_rounded_alike_everywhere(
    value: float, name: str, places: int, shown: str
) -> None:
    assert format_value(value, MEASURES[name], places) == shown


def test_a_difference_bears_its_sign_and_nothing_bears_none() -> None:
    accuracy = MEASURES["accuracy"]
    assert format_value(0.004, accuracy, 2, signed=True) == "+0.00"
    assert format_value(-1.5, accuracy, 2, signed=True) == "−1.50"
    assert format_value(0.0, accuracy, 2, signed=True) == "0.00"


def test_a_column_of_small_values_gets_the_decimals_it_needs() -> None:
    fast = [measured(0, 80.0, test_time=0.0047), measured(1, 80.0, test_time=0.0047)]
    slow = [measured(0, 80.0, test_time=0.34), measured(1, 80.0, test_time=0.34)]
    table = table_of(study("baseline", "fast"), entries(baseline=slow, fast=fast))
    assert column(table, "test_time") == ["0.3400", "0.0047"]


def test_the_parts_of_a_column_stand_below_each_other() -> None:
    runs = entries(baseline=three(9.0, 30.0, 60.0), groups=three(85.0, 85.5, 84.3), one=three(5.0))
    table = table_of(study("baseline", "groups", "one"), runs)
    texts = column(table, "accuracy")
    assert texts == ["33.00 ± 25.63", "84.93 ±  0.60", "5.00        "]
