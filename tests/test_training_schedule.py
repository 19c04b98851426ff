from __future__ import annotations

import pytest

from netlab.recipe.protocol import Schedule
from netlab.training.schedule import lr_factor


def factors(schedule: Schedule, steps: int, per_epoch: int = 10) -> list[float]:
    return [lr_factor(schedule, step, steps, per_epoch) for step in range(steps)]


def test_one_cycle_rises_linearly_to_the_peak_then_falls_linearly() -> None:
    schedule = Schedule(name="one-cycle", warmup=0.2, start=0.1, end=0.0)
    got = factors(schedule, 11)
    assert got == pytest.approx([0.1, 0.55, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8, 0])


def test_cosine_rises_the_same_way_and_falls_along_half_a_cosine() -> None:
    schedule = Schedule(name="cosine", warmup=0.2, start=0.0, end=0.5)
    got = factors(schedule, 11)
    assert got[:3] == pytest.approx([0, 0.5, 1])
    assert got[6] == pytest.approx(0.75)
    assert got[10] == pytest.approx(0.5)
    assert got[3] > 1 - 0.5 / 8  # flat at first, unlike the straight line


def test_step_multiplies_after_every_so_many_epochs() -> None:
    got = factors(Schedule(name="step", every=2, factor=1 / 3), 60)
    assert set(got[:20]) == {1.0}
    assert got[20:40] == pytest.approx([1 / 3] * 20)
    assert got[40:] == pytest.approx([1 / 9] * 20)


def test_constant_stays() -> None:
    assert set(factors(Schedule(name="constant"), 30)) == {1.0}


@pytest.mark.parametrize("name", ["one-cycle", "cosine"])
@pytest.mark.parametrize("warmup", [0.0, 0.2, 0.99])
@pytest.mark.parametrize("steps", [1, 2, 3, 7, 100])
def test_every_length_of_run_meets_the_peak_and_stays_within_it(
    name: str, warmup: float, steps: int
) -> None:
    schedule = Schedule.model_validate({"name": name, "warmup": warmup, "start": 0.05})
    got = factors(schedule, steps)
    assert max(got) == 1.0
    assert min(got) >= 0
    peak = got.index(1.0)
    assert got[: peak + 1] == sorted(got[: peak + 1])
    assert got[peak:] == sorted(got[peak:], reverse=True)
