"""`netlab claims`, and what runs and exports say of claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cli_helpers import Shell
from lab_studies import fake_worker, run_events, study

from netlab.events import Event
from netlab.lab.scheduler import supervisor
from netlab.lab.scheduler.supervisor import supervise
from netlab.lab.store import Lab

BETTER = {
    "says": "wider is better",
    "check": "w8.accuracy > baseline.accuracy",
    "source": "notes",
    "figure": "81 % → 84 %",
}
SMALLER = {"says": "wider | is *smaller*", "check": "w8.params < baseline.params"}
FASTER = {"says": "wider is faster", "check": "w8.images_per_s > baseline.images_per_s"}
ACCURACIES = (80.0, 81.0, 82.0, 84.1, 85.0, 86.2)
"""Of three seeds of the baseline, then of the wider network."""


@pytest.fixture
def shell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return Shell(tmp_path, capsys)


def claiming(lab: Lab, claims: Sequence[dict[str, Any]]) -> list[str]:
    entry = replace(study(seeds=(0, 1, 2)), claims=tuple(claims))
    return [one.run.id for one in lab.studies.register(entry)]


def finish(lab: Lab, ids: Sequence[str]) -> None:
    for run, accuracy in zip(ids, ACCURACIES, strict=True):
        lab.runs.ingest(run, [_scored(event, accuracy) for event in run_events()])


def _scored(event: Event, accuracy: float) -> Event:
    if event.kind != "evaluated":
        return event
    return replace(event, data={**event.data, "accuracy": accuracy})


@pytest.fixture
def done(shell: Shell) -> Shell:
    with Lab.open(shell.folder / "lab.db", create=True) as lab:
        finish(lab, claiming(lab, [BETTER, SMALLER, FASTER]))
    return shell


def test_each_claim_is_shown_with_verdict_figures_source_and_time(done: Shell) -> None:
    result = done("claims", "widths")
    assert result.code == 0
    assert result.err == "3 claims: 1 supported, 1 refuted, 1 not run\n"
    lines = [line.rstrip() for line in result.out.splitlines()]
    assert lines[:4] == [
        "Does width pay?",
        "",
        "✓ supported     wider is better",
        "                w8.accuracy > baseline.accuracy",
    ]
    page = " ".join(result.out.split())
    assert "w8 is 4.10 pp higher (95 % CI 3.85 to 4.35, n = 3, p = 0.0004 after Holm)" in page
    assert "source: 81 % → 84 % (notes)" in page
    assert "✗ refuted wider | is *smaller*" in page
    assert "params: 80 against 40, 100 % higher" in page
    assert "· not run wider is faster" in page
    assert "`netlab time widths.yaml` measures images_per_s of w8, baseline" in page
    assert page.count("before any of its runs") == 3
    assert max(map(len, lines)) <= 80


def test_json_has_every_seed_and_the_tests(done: Shell) -> None:
    result = done("claims", "widths", "--json").json
    assert (result["study"], result["past"]) == ("widths", [])
    better, smaller, faster = result["claims"]
    assert [one["verdict"] for one in result["claims"]] == ["supported", "refuted", "not run"]
    (found,) = better["comparisons"]
    assert found["left"] == {"0": 84.1, "1": 85.0, "2": 86.2}
    assert found["right"] == {"0": 80.0, "1": 81.0, "2": 82.0}
    assert found["p"] < found["p_holm"] == pytest.approx(2 * found["p"])
    assert (better["figure"], better["changed"]) == ("81 % → 84 %", False)
    assert smaller["comparisons"][0]["means"] == [80, 40]
    assert faster["comparisons"][0]["left"] == {}


def test_strict_leaves_with_1_only_where_a_claim_is_refuted(done: Shell) -> None:
    assert done("claims", "widths", "--strict").code == 1
    with Lab.open(done.folder / "lab.db") as lab:
        claiming(lab, [BETTER, FASTER])
    assert done("claims", "widths", "--strict").code == 0


def test_a_claim_that_was_changed_after_runs_had_started_is_marked(done: Shell) -> None:
    with Lab.open(done.folder / "lab.db") as lab:
        claiming(lab, [{**BETTER, "check": "w8.accuracy > baseline.accuracy + 1"}])
    page = " ".join(done("claims", "widths").out.split())
    assert "CHANGED or added after runs or timings of the study had started" in page
    assert "withdrawn wider is better w8.accuracy > baseline.accuracy withdrawn or changed" in page
    assert page.count("AFTER runs or timings of the study had started") == 3
    result = done("claims", "widths", "--json").json
    assert result["claims"][0]["changed"] is True
    assert len(result["past"]) == 3
    assert "CHANGED or added" in done("export", "widths").out


def test_errors_are_shown_as_everywhere(shell: Shell) -> None:
    nothing = shell("claims", "widths")
    assert (nothing.code, "there is no lab lab.db" in nothing.err) == (2, True)
    with Lab.open(shell.folder / "lab.db", create=True) as lab:
        claiming(lab, [])
    other = shell("claims", "width")
    assert (other.code, "did you mean 'widths'?" in other.err) == (2, True)
    none = shell("claims", "widths", "--strict")
    assert (none.code, none.out) == (0, "")
    assert "no claims" in none.err


def test_exports_carry_the_claims(done: Shell) -> None:
    markdown = done("export", "widths").out
    assert "**Claims (1 supported, 1 refuted, 1 not run)**" in markdown
    assert r"| wider \| is \*smaller\* |" in markdown
    assert "- Claim 1: w8 is 4.10 pp higher (95 % CI 3.85 to 4.35" in markdown
    html = done("export", "widths", "--format", "html").out
    assert "<h2>Claims (1 supported, 1 refuted, 1 not run)</h2>" in html
    assert r"\textbf{Claims (1 supported" in done("export", "widths", "--format", "latex").out
    result = done("export", "widths", "--format", "json").json
    assert [one["verdict"] for one in result["claims"]] == ["supported", "refuted", "not run"]


def test_a_strict_run_leaves_with_1_where_a_claim_is_refuted(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        supervisor, "supervise", partial(supervise, command=fake_worker(), poll_interval=0.01)
    )
    recipe = shell.folder / "width.yaml"
    recipe.write_text(
        "network: {input: [1, 28, 28], blocks: [{block: conv, channels: 4}, {block: classifier}]}\n"
        "protocol: smoke\n"
        "study:\n"
        "  variants: {wide: {set: {conv: {channels: 8}}}}\n"
        "  claims: [{says: wider is smaller, check: wide.params < baseline.params}]\n"
    )
    strict = shell("run", "width.yaml", "--strict")
    assert strict.code == 1
    assert "width, 1 claim: 1 refuted: see `netlab claims width`" in strict.err
    detached = shell("run", "width.yaml", "--strict", "--detach")
    assert (detached.code, "--detach does not wait" in detached.err) == (2, True)


def test_verdicts_across_different_hardware_say_so(done: Shell) -> None:
    assert "different" not in done("claims", "widths").err
    with Lab.open(done.folder / "lab.db") as lab, lab.writing() as conn:
        (first, *_) = lab.runs.entries("widths")
        conn.execute(
            "UPDATE run SET hardware = json_set(hardware, '$.precision', 'bfloat16') WHERE id = ?",
            (first.run.id,),
        )
    caution_start = (
        "Rows come from different precision: bfloat16 for baseline (seed 0); float32 for"
    )
    assert caution_start in done("claims", "widths").err
    (caution,) = done("claims", "widths", "--json").json["cautions"]
    assert caution.startswith(caution_start)
