"""Guides: every claim's recipe leads from a question by a prediction to a verdict."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from cli_helpers import Shell

from netlab.cli import guide
from netlab.cli.shared import training_time
from netlab.lab.records import Prediction, StudyClaim
from netlab.lab.store import Lab
from netlab.report.guide_status import (
    ClaimOutcome,
    claim_outcomes,
    describe_score,
    latest_own_words,
)
from netlab.report.guides import GuideQuestion, find_guide, iter_guides
from netlab.report.verdicts.verdict import Verdict, VerdictKind

ABOUT_RELU = "A linear bottleneck is more accurate than one with ReLU"


@pytest.fixture
def netlab(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NETLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("NETLAB_DB", raising=False)
    return Shell(tmp_path, capsys)


def verdict(question: GuideQuestion, word: VerdictKind) -> Verdict:
    claim = StudyClaim(
        question.says, question.check, question.source, question.figure, question.hash, 0.0, False
    )
    return Verdict(claim, word, "so it is", ())


def test_every_recipe_of_a_claim_is_a_guide_with_a_source_and_a_short_form() -> None:
    found = list(iter_guides())
    assert {"resnet14-ablation", "shortcuts-at-depth", "channel-shuffle"} <= {g.name for g in found}
    assert not {"demo", "resnet14-fashion"} & {g.name for g in found}
    for one in found:
        assert one.recipe.with_overrides(quick=True).data.label == "fashion-mini", one.name
        assert one.recipe.data.label == "cifar10", one.name
        assert one.recipe.question.endswith("?"), one.name
        assert one.recipe.why.count(".") >= 2, one.name
        for question in one.questions:
            assert question.source.endswith(".txt"), question
            assert question.figure, question


def test_a_prediction_stands_beside_its_verdict() -> None:
    one = find_guide("linear-bottleneck")
    free, relu = one.questions
    assert (free.static, relu.static, relu.from_timing) == (True, False, False)
    made = [
        Prediction(relu.hash, "refuted", "", 1.0, 0),
        Prediction(relu.hash, "supported", "", 2.0, 3),
        Prediction(None, None, "ReLU hurts", 3.0, 0),
        Prediction("of another claim", "supported", "", 4.0, 0),
    ]
    found = claim_outcomes(one, made, [verdict(relu, "supported")])
    assert [(o.predicted, o.late, o.came_true) for o in found] == [
        (None, False, None),
        ("supported", True, True),
    ]
    assert latest_own_words(made) == made[2]
    assert describe_score(found) == "1 of 1 prediction came true (1 written late)"


def test_a_prediction_is_taken_back_only_before_the_runs() -> None:
    one = find_guide("linear-bottleneck")
    relu = one.questions[1].hash
    made = Prediction(relu, "refuted", "", 1.0, 0)
    before, after = (Prediction(relu, None, "", 2.0, started) for started in (0, 1))
    assert claim_outcomes(one, [made, before], ())[1].predicted is None
    kept = claim_outcomes(one, [made, after], ())[1]
    assert (kept.predicted, kept.late, kept.predicted_at) == ("refuted", False, 1.0)


@pytest.mark.parametrize(
    ("word", "right", "score"),
    [
        ("refuted", False, "0 of 1 prediction came true"),
        ("inconclusive", None, "0 of 1 prediction came true, 1 open"),
        (None, None, "0 of 1 prediction came true, 1 open"),
    ],
)
def test_only_a_decided_claim_settles_a_prediction(
    word: VerdictKind | None, right: bool | None, score: str
) -> None:
    question = find_guide("linear-bottleneck").questions[1]
    one = ClaimOutcome(question, "supported", False, verdict(question, word) if word else None)
    assert one.came_true is right
    assert describe_score([one]) == score
    assert (
        describe_score([ClaimOutcome(question, None, False, None)])
        == "no predictions were written down"
    )


def test_guides_are_listed_and_unknown_ones_get_the_nearest_name(netlab: Shell) -> None:
    listed = netlab("guide")
    assert "channel-shuffle" in listed.out
    assert "Can two 3×3 convolutions stand for one 5×5?" in listed.out
    unknown = netlab("guide", "chanel-shuffle")
    assert unknown.code == 2
    assert "did you mean 'channel-shuffle'?" in unknown.err


def test_where_nobody_can_answer_it_shows_the_guide_and_trains_nothing(netlab: Shell) -> None:
    shown = netlab("guide", "linear-bottleneck")
    assert shown.code == 0
    assert "Does a ReLU after the narrow 1×1" in shown.out
    assert ABOUT_RELU in shown.out
    assert "nothing has run yet" in shown.out
    assert not (netlab.folder / "lab.db").exists()
    status = netlab("guide", "linear-bottleneck", "--json").json
    assert status["runs"] == 8
    assert [claim["verdict"] for claim in status["claims"]] == ["not run", "not run"]


def test_predictions_are_asked_once_and_kept(
    netlab: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guide, "is_interactive", lambda: True)
    monkeypatch.setattr(
        training_time,
        "estimate_training_time",
        lambda *_: training_time.TrainingTime(60.0, 0, "by decree"),
    )
    monkeypatch.setattr("sys.stdin", io.StringIO("y\nReLU hurts\nn\n"))
    first = netlab("guide", "linear-bottleneck")
    assert first.code == 0, first.err
    assert "Train 8 runs of fashion-mini" in first.err
    with Lab.open(netlab.folder / "lab.db", readonly=True) as lab:
        assert lab.studies.conditions() == []
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    again = netlab("guide", "linear-bottleneck")
    assert again.code == 0, again.err
    claims = netlab("guide", "linear-bottleneck", "--json").json
    assert claims["in_own_words"] == "ReLU hurts"
    assert [claim["predicted"] for claim in claims["claims"]] == [None, "supported"]
