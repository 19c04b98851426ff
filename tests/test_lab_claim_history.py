"""What was said before the runs: claims fixed in time, predictions, what a design was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lab_studies import run_events, spec, study

from netlab.lab.db.claim_history import claim_hash
from netlab.lab.db.register_study import series_hash
from netlab.lab.records import StudyRegistration, TimingRound
from netlab.lab.store import Lab

WIDER = {"says": "wider is better", "check": "w8.accuracy > baseline.accuracy"}
SLOWER = {"says": "wider is slower", "check": "w8.inference_ms > baseline.inference_ms"}
FIRM = {**WIDER, "check": "w8.accuracy > baseline.accuracy + 5"}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with Lab.open(tmp_path / "lab.db", create=True) as opened:
        yield opened


def study_with_claims(*claims: dict[str, Any]) -> StudyRegistration:
    return replace(study(), claims=claims)


def train_one(lab: Lab) -> None:
    lab.runs.ingest(lab.runs.entries("widths")[0].run.id, run_events())


def test_a_claim_keeps_the_time_at_which_it_was_first_entered(lab: Lab) -> None:
    lab.studies.register(study_with_claims(WIDER, SLOWER))
    first = lab.studies.get("widths").claims
    assert [(one.says, one.check, one.hash) for one in first] == [
        (one["says"], one["check"], claim_hash(one)) for one in (WIDER, SLOWER)
    ]
    assert [(one.changed, one.started) for one in first] == [(False, 0), (False, 0)]
    train_one(lab)
    lab.studies.register(study_with_claims(SLOWER, WIDER))
    assert lab.studies.get("widths").claims == first[::-1]
    assert lab.studies.past_claims("widths") == ()


def test_a_changed_claim_records_whether_runs_had_started_and_keeps_the_old_one(lab: Lab) -> None:
    lab.studies.register(study_with_claims(WIDER))
    lab.studies.register(study_with_claims(FIRM))
    (early,) = lab.studies.get("widths").claims
    assert (early.check, early.changed) == (FIRM["check"], False)
    train_one(lab)
    lab.studies.register(study_with_claims(WIDER))
    (late,) = lab.studies.get("widths").claims
    assert (late.check, late.changed, late.started) == (WIDER["check"], True, 1)
    assert late.fixed > early.fixed
    found = [(one.claim.check, one.late) for one in lab.studies.past_claims("widths")]
    assert found == [(FIRM["check"], True), (WIDER["check"], False)]


def test_a_new_claim_on_what_was_timed_already_counts_as_changed(lab: Lab) -> None:
    lab.studies.register_plan(study_with_claims(SLOWER))
    lab.timings.add(TimingRound("session", series_hash(spec(8)), 1, {"inference_ms": 2.0}))
    faster = {**SLOWER, "check": "w8.inference_ms < baseline.inference_ms"}
    lab.studies.register_plan(study_with_claims(faster, WIDER))
    speed, accuracy = lab.studies.get("widths").claims
    assert (speed.changed, accuracy.changed) == (True, False)
    assert [one.late for one in lab.studies.past_claims("widths")] == [True]


def test_the_source_may_be_corrected_without_changing_the_claim(lab: Lab) -> None:
    lab.studies.register(study_with_claims(WIDER))
    before = lab.studies.get("widths").claims[0]
    train_one(lab)
    lab.studies.register(study_with_claims({**WIDER, "source": "notes.txt", "figure": "1 → 2"}))
    after = lab.studies.get("widths").claims[0]
    assert after == replace(before, source="notes.txt", figure="1 → 2")


def test_claims_on_runs_that_are_there_already_record_it(lab: Lab) -> None:
    lab.studies.register(study())
    train_one(lab)
    lab.studies.register(replace(study_with_claims(SLOWER), name="again"))
    (claim,) = lab.studies.get("again").claims
    assert (claim.changed, claim.started) == (False, 1)


def test_predictions_stand_in_order_with_what_could_be_known_by_then(lab: Lab) -> None:
    condition = study().variants[0].specs[0].condition
    lab.predictions.add("widths", condition, "no idea")
    lab.studies.register(study_with_claims(WIDER))
    about = lab.studies.get("widths").claims[0].hash
    train_one(lab)
    lab.predictions.add("widths", condition, "a point or two", claim=about, verdict="supported")
    found = [(one.claim, one.verdict, one.text, one.started) for one in
            lab.predictions.about("widths", condition)]  # fmt: skip
    assert found == [(None, None, "no idea", 0), (about, "supported", "a point or two", 1)]
    assert lab.predictions.about("widths", "another") == []


def test_a_prediction_of_speed_after_a_timing_counts_its_rounds(lab: Lab) -> None:
    lab.studies.register_plan(study_with_claims(SLOWER, WIDER))
    lab.timings.add(TimingRound("session", series_hash(spec(8)), 1, {"inference_ms": 2.0}))
    condition = study().variants[0].specs[0].condition
    speed, accuracy = (
        lab.predictions.add("widths", condition, claim=one.hash, verdict="supported").started
        for one in lab.studies.get("widths").claims
    )
    assert (speed, accuracy) == (1, 0)


def test_the_design_and_what_was_expected_come_back(lab: Lab) -> None:
    entered = study()
    design = {"design": "factorial", "factors": {"wide": {"set": {"conv": {"channels": 8}}}}}
    wide = replace(entered.variants[1], expect="two points more")
    lab.studies.register(replace(entered, variants=(entered.variants[0], wide), design=design))
    back = lab.studies.get("widths")
    assert back.design == design
    assert [variant.expect for variant in back.variants] == ["", "two points more"]


def test_the_claims_of_a_deleted_study_are_deleted(lab: Lab) -> None:
    for entry in lab.studies.register(study_with_claims(WIDER)):
        lab.runs.remove(entry.run.id)
    lab.studies.register(study_with_claims(WIDER))
    assert len(lab.studies.get("widths").claims) == 1
    assert lab.studies.past_claims("widths") == ()
