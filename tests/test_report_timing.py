"""Measures in a table that come from rounds of `netlab time`."""

from __future__ import annotations

import json

from report_cases import column, entries, measured, study, table_of

from netlab.lab.records import TimingRound
from netlab.report.render.csv import csv_text
from netlab.report.render.json import json_text
from netlab.report.render.markdown import markdown_text


def rounds(*speeds: float) -> tuple[TimingRound, ...]:
    hardware = {"device_name": "a CPU", "threads": 2, "precision": "float32"}
    return tuple(
        TimingRound(
            "s", "x", place, {"inference_ms": ms, "images_per_s": 1000 / ms}, hardware=hardware
        )
        for place, ms in enumerate(speeds, 1)
    )


def test_speed_comes_from_rounds_of_timing_where_there_are_any() -> None:
    runs = entries(
        baseline=[measured(0, 87.0, images_per_s=5.0)], fast=[measured(0, 85.0, images_per_s=6.0)]
    )
    wanted = ["inference_ms", "images_per_s", "accuracy"]
    timings = {"baseline": rounds(2.0, 2.5, 2.2), "fast": rounds(1.0, 1.6, 1.2)}
    table = table_of(study("baseline", "fast"), runs, measures=wanted, timings=timings)
    assert column(table, "inference_ms") == ["2.23 ± 0.25", "1.27 ± 0.31"]
    assert column(table, "inference_ms_difference")[1].startswith("−0.97 [−1.11, −0.82]")
    assert [cell.paired_by for cell in table.columns] == ["round", "round", "seed"]
    assert "Inference, batch 1 (ms) by round" in markdown_text(table)
    assert "| variant  | round 1 | round 2 | round 3 |" in markdown_text(table)
    assert any(
        "timed apart from training" in n and "a CPU, 2 threads, float32" in n for n in table.notes
    )
    row = json.loads(json_text(table))["rows"][1]
    assert row["inference_ms_rounds"] == {"1": 1.0, "2": 1.6, "3": 1.2}
    assert [run.get("inference_ms") for run in row["runs"]] == [None]
    assert "inference_ms_round_3" in csv_text(table).splitlines()[0]
    untimed = table_of(study("baseline", "fast"), runs, measures=wanted)
    assert column(untimed, "inference_ms") == ["–", "–"]
    assert column(untimed, "images_per_s") == ["5", "6"]


def test_memory_goes_by_timing_only_where_every_variant_was_timed() -> None:
    runs = entries(baseline=[measured(0, 87.0)], small=[measured(0, 85.0)])

    def took(*megabytes: float) -> tuple[TimingRound, ...]:
        return tuple(
            TimingRound(
                "s", "x", n, {"memory": one}, hardware={"memory_kind": "rise", "others": 0.4}
            )
            for n, one in enumerate(megabytes, 1)
        )

    both = study("baseline", "small")
    timed = table_of(both, runs, timings={"baseline": took(80.0, 84.0), "small": took(40.0, 41.0)})
    assert column(timed, "memory") == ["82", "40"]
    (note,) = [one for one in timed.notes if one.startswith("Memory: timed apart")]
    assert "how far the process grew in training steps" in note
    assert note.endswith("Other processes used 40 % of the CPUs meanwhile.")
    partly = table_of(both, runs, timings={"baseline": took(80.0, 84.0)})
    assert column(partly, "memory") == ["617", "617"]
