"""Command line and app read lists of seeds alike."""

from __future__ import annotations

import pytest
from cli_helpers import Shell
from hypothesis import given
from hypothesis import strategies as st

from netlab.recipe.seed_list import MAX_SEEDS, parse_seeds

FAULTS = {
    "": "at least one seed",
    "a": "'a' is no seed",
    "-1": "'-1' is no seed",
    "1,,2": "'' is no seed",
    "1, 1": "each seed once",
    "1-3 2": "each seed once",
    "5-3, 1": "'5-3': a range goes up, such as 3-5",
    f"0-{MAX_SEEDS}": "at most 10,000 seeds",
    f"0-{MAX_SEEDS - 1} 99999": "at most 10,000 seeds",
    "2147483648": "below 2147483648",
    "9" * 99: "below 2147483648",
}


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("0, 1,2", (0, 1, 2)),
        (" 3-5 9", (3, 4, 5, 9)),
        ("0-4", (0, 1, 2, 3, 4)),
        ("7-7", (7,)),
        ("2147483647", (2**31 - 1,)),
    ],
)
def test_seeds_are_read_as_people_write_them(text: str, seeds: tuple[int, ...]) -> None:
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize("text", FAULTS)
def test_a_list_that_cannot_be_meant_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(ValueError, match=FAULTS[text]):
        parse_seeds(text)


@given(st.lists(st.integers(0, 2**31 - 1), min_size=1, unique=True))
def test_any_list_of_seeds_reads_back(seeds: list[int]) -> None:
    assert parse_seeds(", ".join(map(str, seeds))) == tuple(seeds)


@pytest.mark.parametrize("text", FAULTS)
def test_the_command_line_refuses_what_the_app_refuses(text: str, shell: Shell) -> None:
    said = shell("plan", "demo", f"--seeds={text}")
    assert said.code == 2
    assert "--seeds" in said.err
    assert FAULTS[text] in said.err
