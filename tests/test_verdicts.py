"""Verdicts on claims: what decides them, how they are explained, and what keeps them honest."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_cases import placed, run, study
from scipy import stats

from netlab.lab.db.timings import TimingValues
from netlab.lab.records import Entry, Run, StudyClaim, StudyRecord
from netlab.recipe.loader import load_recipe
from netlab.report.load import StudyData
from netlab.report.verdicts.judge import judge
from netlab.report.verdicts.verdict import Verdict

GOOD = [90.0, 90.5, 91.2, 89.8, 90.6]
"""Accuracies of five seeds."""
NOISE = [0.1, -0.2, 0.15, 0.05, -0.1]


def claim(check: str) -> StudyClaim:
    return StudyClaim("it is so", check, "", "", "hash", 1.0, changed=False)


def claiming(*checks: str) -> StudyRecord:
    return replace(study("baseline", "a", "b"), claims=tuple(map(claim, checks)))


def runs(values: list[float], measure: str = "accuracy", first: int = 0) -> list[Run]:
    return [replace(run(seed), results={measure: one}) for seed, one in enumerate(values, first)]


def lower(by: float) -> list[float]:
    """GOOD, lower by so much on average, with a little noise by seed."""
    return [value - by + noise for value, noise in zip(GOOD, NOISE, strict=True)]


def verdicts(*checks: str, **values: list[float]) -> tuple[Verdict, ...]:
    return judge(claiming(*checks), placed({name: runs(own) for name, own in values.items()}), {})


def verdict(check: str, **values: list[float]) -> Verdict:
    return verdicts(check, **values)[0]


# Counts: the study's variants have 195738, 97869 and 65246 parameters.


@pytest.mark.parametrize(
    ("check", "word"),
    [
        ("a.params < 0.55 * baseline.params", "supported"),
        ("a.params > baseline.params", "refuted"),
        ("2 * a.params == baseline.params", "supported"),
        ("2 * a.params != baseline.params", "refuted"),
        ("a.params / 3 <= b.params / 2", "supported"),
        ("a.params < baseline.params / 2", "refuted"),
        ("b.params < a.params < baseline.params", "supported"),
        ("b.params < a.params < 9", "refuted"),
        ("about(a.macs, baseline.macs, 50%)", "supported"),
        ("about(a.macs, baseline.macs, 49%)", "refuted"),
        ("about(a.params, 97870, 1) and b.macs > a.macs", "refuted"),
    ],
)
def test_counts_are_compared_as_they_are_without_any_run(check: str, word: str) -> None:
    assert verdict(check).kind == word


def test_a_count_is_explained_by_both_values_and_their_ratio() -> None:
    assert verdict("a.params < baseline.params").explanation == (
        "params: 97,869 against 195,738, 50 % lower"
    )
    assert verdict("a.params < 0.55 * baseline.params").explanation == (
        "params: 97,869 against 107,656 = 0.55 * baseline.params"
    )


# Measured values: paired tests on shared seeds.


@pytest.mark.parametrize(
    ("check", "word"),
    [
        ("a.accuracy < baseline.accuracy", "supported"),
        ("a.accuracy <= baseline.accuracy", "supported"),
        ("baseline.accuracy > a.accuracy", "supported"),
        ("a.accuracy > baseline.accuracy", "refuted"),
        ("a.accuracy < baseline.accuracy - 2.5", "supported"),
        ("a.accuracy < baseline.accuracy - 3", "inconclusive"),
        ("a.accuracy > 80", "supported"),
        ("about(a.accuracy, baseline.accuracy, 4)", "supported"),
        ("about(a.accuracy, baseline.accuracy, 2)", "refuted"),
        ("about(a.accuracy, baseline.accuracy, 3)", "inconclusive"),
        ("about(a.accuracy, baseline.accuracy, 4%)", "supported"),
        ("about(a.accuracy, baseline.accuracy, 2%)", "refuted"),
    ],
)
def test_a_measured_difference_of_three_points_decides(check: str, word: str) -> None:
    assert verdict(check, baseline=GOOD, a=lower(3)).kind == word


def test_the_figures_are_those_of_the_paired_t_test() -> None:
    found = verdict("a.accuracy < baseline.accuracy", baseline=GOOD, a=lower(3)).clause_verdicts[0]
    theirs = stats.ttest_rel(lower(3), GOOD)
    ends = theirs.confidence_interval(0.95)
    assert found.p == pytest.approx(theirs.pvalue)
    assert found.p_adjusted == found.p
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((ends.low, ends.high))
    assert found.n == 5
    assert found.estimate == pytest.approx(-3)
    assert found.left == pytest.approx(dict(enumerate(lower(3))))
    assert found.right == dict(enumerate(GOOD))


def test_a_supported_difference_is_explained_in_one_sentence() -> None:
    assert verdict("a.accuracy < baseline.accuracy", baseline=GOOD, a=lower(3)).explanation == (
        "a is 3.00 pp lower (95 % CI 2.82 to 3.18, n = 5, p < 0.0001 after Holm)"
    )


def test_an_inconclusive_one_says_what_could_have_been_seen_and_what_would_decide() -> None:
    noisy = [90.4, 89.1, 92.5, 89.9, 90.9]
    found = verdict("a.accuracy > b.accuracy", a=noisy, b=GOOD)
    assert found.kind == "inconclusive"
    assert found.explanation == (
        "a is 0.1 pp higher than b (95 % CI −1.1 to 1.4, n = 5, p = 0.76 after Holm); "
        "no clear difference; this study could have seen 1.6 pp; about 384 seeds would decide"
    )


def test_equivalence_is_explained_with_its_margin() -> None:
    within = verdict("about(a.accuracy, baseline.accuracy, 1)", baseline=GOOD, a=lower(0.2))
    assert within.explanation == (
        "a is 0.20 pp lower (90 % CI 0.06 to 0.34, n = 5, p = 0.00013 after Holm), within 1 pp"
    )
    beyond = verdict("about(a.accuracy, baseline.accuracy, 1)", baseline=GOOD, a=lower(3))
    assert beyond.explanation.endswith("after Holm), beyond 1 pp")
    between = verdict("about(a.accuracy, baseline.accuracy, 1)", baseline=GOOD, a=lower(0.95))
    assert "not clearly within 1 pp; about" in between.explanation


def test_only_seeds_that_all_its_variants_have_count() -> None:
    entries = placed({"baseline": runs(GOOD), "a": runs(lower(3))})
    entries.append(Entry("grouping", "a", run(7, accuracy=10.0)))
    (found,) = judge(claiming("a.accuracy < baseline.accuracy"), entries, {})
    assert set(found.clause_verdicts[0].left) == {0, 1, 2, 3, 4}


def test_several_variants_on_a_side_are_taken_seed_by_seed() -> None:
    check = "baseline.accuracy - a.accuracy > 2 * (baseline.accuracy - b.accuracy)"
    found = verdict(check, baseline=GOOD, a=lower(3), b=lower(1)).clause_verdicts[0]
    assert found.kind == "supported"
    assert found.left[1] == pytest.approx(GOOD[1] - lower(3)[1])
    assert found.explanation.startswith(
        "baseline.accuracy - a.accuracy is 1.00 pp higher than 2 * ("
    )


def test_one_seed_makes_no_claim() -> None:
    found = verdict("a.accuracy < baseline.accuracy", baseline=[90.0], a=[10.0])
    assert (found.kind, found.explanation) == ("inconclusive", "n = 1: no claim")


def test_equal_scores_are_no_proof_but_equal_memory_is_a_finding() -> None:
    same = verdict("a.accuracy < baseline.accuracy", baseline=[90.0, 91.0], a=[89.0, 90.0])
    assert same.kind == "inconclusive"
    assert same.explanation == "a is 1.0 pp lower with every seed (n = 2): no spread, no test"
    entries = placed(
        {"baseline": runs([617.0, 617.0], "memory"), "a": runs([615.0, 615.0], "memory")}
    )
    (memory,) = judge(claiming("a.memory < baseline.memory"), entries, {})
    assert memory.kind == "supported"
    assert memory.explanation == "memory: 615 against 617, 0.324 % lower in each of 2 seeds"


# Several comparisons.


def test_all_parts_must_hold_and_one_that_does_not_refutes() -> None:
    values = {"baseline": GOOD, "a": lower(3), "b": lower(6)[::-1]}
    check = "b.accuracy < a.accuracy < baseline.accuracy"
    assert verdict(check, **values).kind == "supported"
    assert verdict(f"{check} and b.params > a.params", **values).kind == "refuted"
    assert verdict(f"{check} and b.loss < a.loss", **values).kind == "not run"
    assert verdict("a.accuracy < b.accuracy and b.loss < a.loss", **values).kind == "refuted"


def test_holm_corrects_over_all_measured_comparisons_of_the_study_each_once() -> None:
    slight = [value - 0.7 + 3 * noise for value, noise in zip(GOOD, NOISE, strict=True)]
    check = "a.accuracy < baseline.accuracy"
    values = {"baseline": GOOD, "a": slight, "b": lower(0)}
    alone = verdict(check, **values)
    assert alone.kind == "supported"
    again, _count, twice = verdicts(check, "a.params < baseline.params", check, **values)
    assert again.explanation == twice.explanation == alone.explanation
    others = [f"b.accuracy > baseline.accuracy + {more / 100}" for more in range(6)]
    corrected, *_ = verdicts(check, *others, **values)
    assert corrected.kind == "inconclusive"
    assert corrected.clause_verdicts[0].p == alone.clause_verdicts[0].p


accuracies = st.lists(st.floats(50, 95), min_size=4, max_size=4)


@settings(max_examples=30, deadline=None)
@given(accuracies, accuracies, accuracies, st.randoms())
def test_later_runs_of_other_claims_take_no_verdict_back_and_order_does_not_matter(
    one: list[float], other: list[float], third: list[float], rng: random.Random
) -> None:
    checks = ("a.accuracy < baseline.accuracy", "about(b.accuracy, baseline.accuracy, 1)")
    before = verdicts(*checks, baseline=one, a=other)
    entries = placed({"baseline": runs(one), "a": runs(other), "b": runs(third)})
    rng.shuffle(entries)
    after = judge(claiming(*checks), entries, {})
    assert before[1].kind == "not run"
    if before[0].kind in {"supported", "refuted"}:
        assert after[0].kind == before[0].kind


def test_the_baseline_against_itself_seldom_gives_a_verdict() -> None:
    rng = random.Random(5)
    checks = ("a.accuracy < baseline.accuracy", "b.accuracy > baseline.accuracy")
    studies = 150
    wrong = 0
    for _ in range(studies):
        values = {name: [rng.gauss(90, 1) for _ in range(4)] for name in ("baseline", "a", "b")}
        wrong += any(one.kind in {"supported", "refuted"} for one in verdicts(*checks, **values))
    assert wrong <= stats.binom.ppf(0.999, studies, 0.05)


# What is not there.


def test_runs_that_are_missing_are_counted_and_named() -> None:
    waiting = placed({"baseline": runs(GOOD[:2]), "a": [*runs(GOOD[:1]), run(1, "queued")]})
    (found,) = judge(claiming("a.accuracy < baseline.accuracy"), waiting, {})
    assert found.kind == "not run"
    assert found.explanation == "3 of 4 runs are done (a, seed 1: queued)"
    (found,) = judge(claiming("a.accuracy < b.accuracy"), placed({"a": runs(GOOD[:2])}), {})
    assert found.explanation == "2 of 2 runs are done (b: none)"


def test_a_failed_run_is_not_left_out() -> None:
    failed = placed({"baseline": runs(GOOD), "a": [*runs(lower(3)[:4]), run(4, "diverged")]})
    (found,) = judge(claiming("a.accuracy < baseline.accuracy"), failed, {})
    assert found.kind == "not run"
    assert found.explanation == "9 of 10 runs are done (a, seed 4: diverged in epoch 12)"


def test_a_measure_that_no_run_has_is_named() -> None:
    found = verdict("a.val_loss < baseline.val_loss", baseline=GOOD, a=GOOD)
    assert (found.kind, found.explanation) == (
        "not run",
        "no run has measured a.val_loss or baseline.val_loss",
    )


def test_a_value_that_cannot_be_had_decides_nothing() -> None:
    found = verdict("1 / (a.accuracy - baseline.accuracy) > 0", baseline=GOOD, a=GOOD)
    assert found.kind == "inconclusive"
    assert "divides by zero" in found.explanation


def test_a_check_that_no_longer_fits_its_study_is_not_run_and_says_why() -> None:
    found = verdict("c.params < baseline.params")
    assert found.kind == "not run"
    assert found.explanation.startswith(
        "the check cannot be read: at 'c.params': no variant is called"
    )
    assert found.clause_verdicts == ()


# Speed.


def rounds(**values: list[float]) -> TimingValues:
    return {
        name: {"images_per_s": dict(enumerate(own, 1)), "memory": dict(enumerate(own, 1))}
        for name, own in values.items()
    }


@pytest.mark.parametrize(
    ("variants", "quick", "command"),
    [
        (("baseline", "add"), True, "netlab time split-or-add --quick"),
        (("baseline", "add"), False, "netlab time split-or-add"),
        # Another study in a file of the same name, which is not here.
        (("baseline", "a"), False, "netlab time split-or-add.yaml"),
    ],
)
def test_the_command_that_times_finds_the_recipe_and_its_form(
    variants: tuple[str, ...], quick: bool, command: str
) -> None:
    recipe = load_recipe("split-or-add").with_overrides(quick=quick)
    a_study = replace(
        study(*variants),
        recipe_file="split-or-add.yaml",
        condition=recipe.condition,
        claims=(claim("baseline.images_per_s > 1"),),
    )
    (untimed,) = StudyData(a_study, ()).verdicts
    assert untimed.explanation == f"`{command}` measures images_per_s of baseline"


def test_speed_is_claimed_from_rounds_of_timing_only() -> None:
    entries = placed({"baseline": runs([900.0] * 3, "images_per_s"), "a": runs([500.0] * 3)})
    (untimed,) = judge(claiming("a.images_per_s < baseline.images_per_s"), entries, {})
    assert untimed.kind == "not run"
    assert untimed.explanation.startswith(
        "`netlab time grouping.yaml` measures images_per_s of a, baseline; "
    )
    timings = rounds(baseline=[900, 910, 905, 902, 908], a=[800, 806, 801, 804, 810])
    (timed,) = judge(claiming("a.images_per_s < baseline.images_per_s"), [], timings)
    assert timed.kind == "supported"
    assert timed.explanation == (
        "a is 100.8 images/s lower (95 % CI 97.0 to 104.6, n = 5 rounds, p < 0.0001 after Holm)"
    )


def test_memory_is_taken_from_timing_where_all_were_timed_else_from_the_runs() -> None:
    entries = placed({"baseline": runs([9.0, 9.0], "memory"), "a": runs([8.0, 8.0], "memory")})
    check = claiming("a.memory < baseline.memory")
    (timed,) = judge(check, entries, rounds(baseline=[7, 7, 7], a=[7, 7, 7]))
    (part,) = judge(check, entries, rounds(baseline=[7, 7, 7]))
    assert (timed.clause_verdicts[0].paired_by, timed.kind) == ("round", "refuted")
    assert (part.clause_verdicts[0].paired_by, part.kind) == ("seed", "supported")
