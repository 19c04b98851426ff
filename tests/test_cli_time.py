"""`netlab time`: figures on stdout, narration on stderr, rounds kept whatever happens."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from cli_helpers import Shell

from netlab.lab import speed_test
from netlab.lab.db.timings import timing_values
from netlab.lab.speed_test import exclusive_timing
from netlab.lab.store import Lab
from netlab.recipe.run_spec import RunSpec

FAKE = Path(__file__).with_name("fake_timing_worker.py")

RECIPE = """
network:
  input: [1, 28, 28]
  blocks:
    - {block: conv, channels: 4}
    - {block: classifier}
study:
  variants:
    wide: {set: {conv: {channels: 8}}}
"""


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "widths.yaml").write_text(RECIPE)
    use(monkeypatch)
    return Shell(tmp_path, capsys)


def use(monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    """Let networks be timed by the process that pretends to."""
    command = [sys.executable, "-S", str(FAKE), "log", *options]
    monkeypatch.setattr(speed_test, "timing_command", lambda: command)


def test_a_study_is_timed_without_data_and_then_known_to_the_lab(shell: Shell) -> None:
    said = shell("time", "widths.yaml", "--rounds", "2", "--device", "cpu", "--data", "cifar10")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].split("  ")[0] == "variant"
    assert [line.split()[:4] for line in lines[1:]] == [
        ["baseline", "2", "2,000", "±"], ["wide", "2", "1,000", "±"]
    ]  # fmt: skip
    assert "round 2 of 2, wide: throughput 1,000 images/s, inference, batch 1 0.80 ms" in said.err
    assert "Abacus, 2 threads, float32, channels_last, torch 2.9" in said.err
    with Lab.open(Path("lab.db"), readonly=True) as lab:
        assert timing_values(lab.timings.rounds(lab.studies.get("widths")))["wide"]["memory"] == {
            1: 24.0,
            2: 24.0,
        }
    assert "not run" in shell("export", "widths").out


def test_json_holds_every_block_and_what_failed(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, "--fail", "8")
    said = shell("time", "widths.yaml", "--rounds", "1", "--json")
    assert said.code == 1
    (base,) = said.json["variants"]
    assert base["means"]["inference_ms"] == 0.4
    assert base["rounds"][0]["blocks"]["inference_ms_100"] == [20.0, 20.0]
    assert said.json["failed"] == {"wide": "out of memory: a smaller batch would fit"}
    assert "wide could not be timed: out of memory" in said.err


def test_ctrl_c_keeps_the_rounds_that_are_done(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = speed_test.time_once

    def pressed(spec: RunSpec, device: str) -> dict[str, Any]:
        if Path("log").exists():
            raise KeyboardInterrupt
        return once(spec, device)

    monkeypatch.setattr(speed_test, "time_once", pressed)
    said = shell("time", "widths.yaml")
    assert said.code == 130
    assert "interrupted: the rounds above are kept" in said.err
    with Lab.open(Path("lab.db")) as lab:
        assert list(timing_values(lab.timings.rounds(lab.studies.get("widths")))) == ["baseline"]
        with exclusive_timing(lab):
            pass


def test_it_is_refused_while_the_lab_trains(shell: Shell) -> None:
    with Lab.open(Path("lab.db"), create=True) as lab, exclusive_timing(lab):
        said = shell("time", "widths.yaml")
        assert (said.code, Path("log").exists()) == (2, False)
        assert "`--wait` waits for its end" in said.err
