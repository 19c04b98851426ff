"""Commands that messages suggest: as printed they parse, and find the lab, the recipe, the run."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import pytest
from cli_helpers import CommandOutput, Shell
from lab_studies import fake_worker, study

from netlab.cli.main import netlab
from netlab.cli.shared.lab_option import chosen_lab
from netlab.errors import NetlabError
from netlab.lab.scheduler import supervisor
from netlab.lab.scheduler.supervisor import supervise
from netlab.lab.store import Lab
from netlab.planning.plan import make_plan
from netlab.recipe.library import find_recipe
from netlab.report.load import load_study
from netlab.suggest import command_line, recipe_argument, suggest, with_lab
from tui.compare.claims_view import claim_blocks
from tui.lab.snapshot import LabSnapshot
from tui.train.status_text import empty_lab_text

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


def suggested(text: str) -> list[str]:
    """The commands in backticks."""
    return re.findall(r"`(netlab [^`]+)`", " ".join(text.split()))


def follow(command: str) -> str:
    """Parse `command` as a shell and netlab would; the name of its subcommand.

    The recipes, studies and runs that it names have to be there.
    """
    context, path = netlab.make_context("netlab", shlex.split(command)[1:]), "netlab"
    while isinstance(context.command, click.Group):
        words = [*context._protected_args, *context.args]
        name, found, rest = context.command.resolve_command(context, words)
        assert found is not None
        context, path = found.make_context(name, list(rest), parent=context), f"{path} {name}"
    values = context.params
    for recipe in filter(None, [values.get("recipe"), *values.get("recipes", ())]):
        find_recipe(recipe)
    study, runs = values.get("study"), [*values.get("which", ()), values.get("run")]
    with context:
        lab_path = chosen_lab()
    if study or any(runs):
        with Lab.open(lab_path, readonly=True) as lab:
            if study:
                lab.studies.get(study)
            for run in filter(None, runs):
                lab.runs.get(run)
    return path


def followed(*texts: str) -> set[str]:
    """The commands of all suggestions in `texts`, each of which can be followed."""
    return {follow(command) for text in texts for command in suggested(text)}


@pytest.fixture
def mine(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Callable[..., CommandOutput]:
    """Runs `netlab --db "my lab.db"` beside a recipe; workers are fake."""
    work_quickly(monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    (shell.folder / "width.yaml").write_text(RECIPE)
    return partial(shell, "--db", "my lab.db")


def work_quickly(monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    quick = partial(supervise, command=fake_worker(*options), poll_interval=0.01)
    monkeypatch.setattr(supervisor, "supervise", quick)


def test_a_run_and_its_claims_suggest_what_comes_next(mine: Callable[..., CommandOutput]) -> None:
    said = mine("run", "width.yaml").err
    assert {f"{MINE} claims 'the width'", f"{MINE} export 'the width'"} <= set(suggested(said))
    claims = mine("claims", "the width").out
    assert suggested(claims) == [f"{MINE} time width.yaml"]
    commands = followed(said, claims, mine("guide").err, mine("guide", "linear-bottleneck").out)
    assert commands == {"netlab claims", "netlab export", "netlab time", "netlab guide"}


def test_runs_without_a_result_suggest_how_to_go_on(
    mine: Callable[..., CommandOutput], shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_quickly(monkeypatch, "--fail", "error")
    failed = mine("run", "width.yaml").err
    assert f"{MINE} runs" in suggested(failed)
    with Lab.open(shell.folder / "my lab.db") as lab:
        ids = [entry.run.id for entry in lab.runs.entries()]
        (waiting,) = (one.run.id for one in lab.studies.register(study(channels=(4,), seeds=(0,))))
    for words in (("runs",), ("runs", "stop", waiting), ("runs", "show", ids[0])):
        said = mine(*words).err
        (resume,) = suggested(said)
        assert follow(resume) == "netlab runs resume"
        assert (waiting in resume) == ("show" not in words)
        assert "netlab run`" not in said
    assert followed(failed, mine("doctor").out) <= {
        "netlab runs list", "netlab claims", "netlab data",
    }  # fmt: skip


def test_errors_suggest_what_works(mine: Callable[..., CommandOutput], shell: Shell) -> None:
    texts = [
        shell("--db", "none.db", "export", "width").err,
        shell("run", "cifar-resnext50-32x4d", "--data", "cifar100").err,
        shell("run", "mine.yml").err,
        shell("run", "demo", "--data", "cifar10").err,
        shell("new", "new").err,
        mine().out,
    ]
    assert f"`{MINE} plan again.yaml`" in mine("new", "again").err
    with Lab.open(shell.folder / "my lab.db", create=True):
        pass
    texts += [mine("runs").err, mine("doctor").out, mine("surface", "beef").err]
    assert followed(*texts) == {
        "netlab run", "netlab plan", "netlab networks", "netlab data", "netlab new",
        "netlab runs list",
    }  # fmt: skip
    assert "`netlab --db none.db run demo`" in texts[0]
    assert "mobilenet" not in texts[2]


def test_a_network_for_other_classes_suggests_data_that_fits_it(shell: Shell) -> None:
    with pytest.raises(NetlabError, match="take `--data cifar100`") as error:
        make_plan("cifar100-resnext50", data="cifar10")
    assert followed(str(error.value)) == {"netlab new"}
    make_plan("cifar100-resnext50", data="cifar100")


def test_weights_that_are_gone_suggest_to_train_them_again(
    mine: Callable[..., CommandOutput], shell: Shell
) -> None:
    mine("run", "width.yaml")
    with Lab.open(shell.folder / "my lab.db", readonly=True) as lab:
        run = lab.runs.entries()[0].run.id
        shutil.rmtree(lab.run_folder(run), ignore_errors=True)
    assert suggested(mine("surface", run).err) == [f"{MINE} run width.yaml --again"]


def test_the_app_suggests_commands_on_its_lab(
    mine: Callable[..., CommandOutput], shell: Shell
) -> None:
    mine("run", "width.yaml")
    path = Path("my lab.db")
    with Lab.open(path, readonly=True) as lab:
        verdicts = load_study(lab, "the width").verdicts
    claims = "\n".join(block.plain for block in claim_blocks(verdicts, path, ascii=False))
    assert suggested(claims) == [f"{MINE} time width.yaml"]
    empty = empty_lab_text(LabSnapshot(), (), path, lab_read=True)
    assert suggested(empty) == [f"{MINE} run demo"]
    assert followed(claims, empty) == {"netlab time", "netlab run"}


def test_tables_do_not_name_the_lab(mine: Callable[..., CommandOutput], shell: Shell) -> None:
    with Lab.open(shell.folder / "my lab.db", create=True) as lab:
        claim = {"says": "wider is slow", "check": "w8.images_per_s < 9"}
        lab.studies.register(replace(study(), claims=(claim,)))
    table = mine("export", "widths").out
    assert "netlab time widths.yaml" in table
    assert "my lab" not in table


def test_a_lab_that_netlab_takes_by_itself_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NETLAB_DB", raising=False)
    assert command_line("runs", lab=Path("lab.db").absolute()) == "netlab runs"
    assert command_line("runs", lab=Path("a b.db")) == "netlab --db 'a b.db' runs"
    assert suggest("export", "the width") == "`netlab export 'the width'`"
    monkeypatch.setenv("NETLAB_DB", "a b.db")
    assert command_line("runs", lab=Path("a b.db")) == "netlab runs"
    text = "`netlab time x` of `netlab data y` is `netlab --db z runs`"
    assert with_lab(text, Path("lab.db")) == text.replace("netlab time", "netlab --db lab.db time")
    assert with_lab(text, Path("a b.db")) == text


def test_recipes_that_come_with_netlab_go_by_their_name() -> None:
    files = ("demo.yaml", "resnet50.yaml", "width.yaml")
    assert [recipe_argument(file) for file in files] == ["demo", "resnet50", "width.yaml"]
