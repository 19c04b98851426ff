"""Results of networks that a study has no longer, since its recipe was changed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from cli_helpers import Shell
from lab_studies import fake_worker, run_events, study

from netlab.lab.scheduler import supervisor
from netlab.lab.scheduler.supervisor import supervise
from netlab.lab.store import Lab
from netlab.report.notes import note_outdated_runs


@pytest.fixture
def lab(shell: Shell) -> Iterator[Lab]:
    """A lab whose study `widths` has lost its variant w8, of which two runs are done."""
    with Lab.open(shell.folder / "lab.db", create=True) as opened:
        for entry in opened.studies.register(study(channels=(4, 8))):
            opened.runs.ingest(entry.run.id, run_events())
        opened.studies.register(study(channels=(4, 6)))
        yield opened


def test_only_finished_runs_of_networks_that_are_gone_count(lab: Lab) -> None:
    assert lab.runs.count_outdated("widths") == 2
    lab.studies.register(study(channels=(4, 6), epochs=5))
    now, before = (one.condition for one in lab.studies.conditions("widths"))
    assert (lab.runs.count_outdated("widths", now), lab.runs.count_outdated("widths", before)) == (
        0,
        2,
    )
    lab.studies.register(study(name="other"))
    assert (lab.runs.count_outdated("other"), lab.runs.count_outdated()) == (0, 2)
    assert len([entry for entry in lab.runs.entries("other") if entry.run.state == "done"]) == 4


def test_runs_that_were_repeated_or_are_back_do_not_count(lab: Lab) -> None:
    lab.studies.register(study(channels=(4, 6)), again=True)
    assert lab.runs.count_outdated("widths") == 2
    lab.studies.register(study(channels=(4, 8)))
    assert lab.runs.count_outdated("widths") == 0


def test_tables_claims_and_lists_count_them(
    lab: Lab, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    outdated = (
        "2 finished runs that the study had in an earlier form; `netlab runs list widths --all`"
    )
    export = shell("export", "widths", "--json").json
    assert export["notes"][-1] == f"Not in this table: {outdated} lists them."
    assert f"Not in these verdicts: {outdated} lists them.\n" in shell("claims", "widths").err
    assert f"Not in this list: {outdated} lists them.\n" in shell("runs", "widths").err
    assert "`netlab runs list --all` lists them" in shell("runs").err
    monkeypatch.setenv("NETLAB_DB", "other.db")
    other = shell("--db", "lab.db", "runs").err
    assert "`netlab --db lab.db runs list --all` lists them" in other
    monkeypatch.delenv("NETLAB_DB")
    everything = shell("runs", "list", "widths", "--all")
    assert everything.out.count(" w8 ") == 2
    assert "earlier form" not in everything.err


def test_a_run_counts_what_its_table_has_lost(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        supervisor, "supervise", partial(supervise, command=fake_worker(), poll_interval=0.01)
    )
    recipe = shell.folder / "width.yaml"
    text = (
        "network: {input: [1, 28, 28], blocks: [{block: conv, channels: 4}, {block: classifier}]}\n"
        "protocol: smoke\n"
        "study: {variants: {wide: {set: {conv: {channels: 8}}}}}\n"
    )
    recipe.write_text(text)
    assert "earlier form" not in shell("run", "width.yaml").err
    recipe.write_text(text.replace("channels: 8", "channels: 16"))
    lost = "Not in the table of width: 1 finished run that the study had in an earlier form"
    assert f"{lost}; `netlab runs list width --all` lists it.\n" in shell("run", "width.yaml").err


def test_the_help_of_runs_says_where_they_are(shell: Shell) -> None:
    help_text = " ".join(shell("runs", "--help").out.split())
    assert "With --all" in help_text
    assert "networks that a study no longer has" in help_text


def test_a_name_in_the_command_is_quoted() -> None:
    (line,) = note_outdated_runs(3, "the width")
    assert "`netlab runs list 'the width' --all`" in line
    assert note_outdated_runs(0, "width") == []
