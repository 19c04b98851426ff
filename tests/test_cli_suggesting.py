"""Commands that netlab suggests: pasted, they look into the lab that the caller looked into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from cli_helpers import CommandOutput, Shell
from lab_studies import fake_worker, study

from netlab.lab.scheduler import supervisor
from netlab.lab.scheduler.supervisor import supervise
from netlab.lab.store import Lab

RECIPE = """
network: {input: [1, 28, 28], blocks: [{block: conv, channels: 4}, {block: classifier}]}
protocol: smoke
study:
  name: the width
  variants: {wide: {set: {conv: {channels: 8}}}}
  claims:
    - {says: wider is larger, check: wide.params > baseline.params}
    - {says: wider is slower, check: wide.images_per_s < baseline.images_per_s}
"""
MINE = "netlab --db 'my lab.db'"


@pytest.fixture
def mine(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Callable[..., CommandOutput]:
    """Runs `netlab --db "my lab.db"` beside a recipe; workers are fake."""
    monkeypatch.setattr(
        supervisor, "supervise", partial(supervise, command=fake_worker(), poll_interval=0.01)
    )
    monkeypatch.setenv("COLUMNS", "200")
    (shell.folder / "width.yaml").write_text(RECIPE)
    return partial(shell, "--db", "my lab.db")


def test_the_closing_words_of_a_run_name_its_lab(mine: Callable[..., CommandOutput]) -> None:
    said = mine("run", "width.yaml").err
    assert f"see `{MINE} claims 'the width'`" in said
    assert f"`{MINE} export 'the width'` gives the table" in said


def test_the_words_on_runs_that_failed_name_the_lab(
    mine: Callable[..., CommandOutput], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = partial(supervise, command=fake_worker("--fail", "error"), poll_interval=0.01)
    monkeypatch.setattr(supervisor, "supervise", failing)
    assert f"`{MINE} runs` tells why not the rest" in mine("run", "width.yaml").err


def test_claims_guides_and_lists_name_the_lab(
    mine: Callable[..., CommandOutput], shell: Shell
) -> None:
    mine("run", "width.yaml")
    assert f"`{MINE} time width.yaml` measures" in mine("claims", "the width").out
    assert f"`{MINE} guide NAME` leads through one" in mine("guide").err
    guide = mine("guide", "linear-bottleneck").out
    assert f"`{MINE} guide linear-bottleneck --run` trains it" in guide
    assert f"`{MINE} plan new.yaml`" in mine("new", "new").err
    assert f"  {MINE} export demo              its table" in mine().out
    with Lab.open(shell.folder / "empty.db", create=True):
        pass
    empty = shell("--db=empty.db", "runs").err
    assert empty == "no runs yet: `netlab --db empty.db run RECIPE` makes some\n"


def test_what_the_lab_says_of_runs_names_it(
    mine: Callable[..., CommandOutput], shell: Shell
) -> None:
    with Lab.open(shell.folder / "my lab.db", create=True) as lab:
        (waiting,) = (one.run.id for one in lab.studies.register(study(channels=(4,), seeds=(0,))))
        lab.runs.request_stop(waiting, "stop")
        lab.runs.requeue(waiting)
    assert f"`{MINE} run` or `{MINE} runs resume` will start it" in mine("runs").err
    assert f"`{MINE} runs` lists them" in mine("surface", "beef").err
    assert f"→ {MINE} runs\n" in mine("doctor").out
    missing = shell("--db", "none.db", "export", "width").err
    assert "`netlab --db none.db run RECIPE` makes one" in missing


def test_a_lab_that_is_found_again_by_itself_is_not_named(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "`netlab guide NAME`" in shell("guide").err
    monkeypatch.setenv("NETLAB_DB", "other.db")
    assert "`netlab guide NAME`" in shell("guide").err


def test_tables_do_not_name_the_lab(mine: Callable[..., CommandOutput], shell: Shell) -> None:
    with Lab.open(shell.folder / "my lab.db", create=True) as lab:
        claim = {"says": "wider is slow", "check": "w8.images_per_s < 9"}
        lab.studies.register(replace(study(), claims=(claim,)))
    table = mine("export", "widths").out
    assert "netlab time widths.yaml" in table
    assert "my lab" not in table
