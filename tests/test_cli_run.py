"""`netlab run`: what it refuses before anything trains, and what it says at the end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cli_helpers import Shell
from report_cases import entries, run

from netlab.cli.run import closing_message
from netlab.lab.scheduler.supervisor import SupervisorOutcome

RECIPE = """
network:
  input: [1, 28, 28]
  blocks: [{block: conv, channels: CHANNELS}, {block: classifier}]
study:
  name: widths
  variants: {wide: {set: {conv: {channels: 16}}}}
"""


def test_two_recipes_of_one_study_do_not_replace_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(RECIPE.replace("CHANNELS", "4"))
    (tmp_path / "b.yaml").write_text(RECIPE.replace("CHANNELS", "8"))
    said = Shell(tmp_path, capsys)("run", "a.yaml", "./a.yaml", "b.yaml", "--device", "cpu")
    assert said.code == 2
    assert said.err.endswith(
        "a.yaml and b.yaml are both study 'widths', and one would replace the other in the lab: "
        "give one of them another `study.name`\n"
    )
    assert not (tmp_path / "lab.db").exists()


def test_after_ctrl_c_it_says_which_command_goes_on() -> None:
    waiting = replace(run(1), state="interrupted")
    outcome = SupervisorOutcome(tuple(entries(baseline=[run(0), waiting])), interrupted=True)
    assert closing_message(outcome, ["x"], again=False) == (
        "1 of 2 runs are done: the same command goes on from here"
    )
    assert closing_message(outcome, ["x"], again=True) == (
        "1 of 2 runs are done: the same command without --again goes on from here"
    )
