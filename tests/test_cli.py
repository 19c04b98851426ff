"""The command line: what each command prints, and one clear sentence for what cannot be."""

from __future__ import annotations

import errno
import io
import sqlite3
import sys
import textwrap
import types
from pathlib import Path
from typing import Any

import pytest
from cli_helpers import Shell
from small_networks import TINY, write_recipe

from netlab.analysis.network_analysis import analyse, check_trainable
from netlab.blocks import KINDS
from netlab.cli.main import COMMANDS
from netlab.lab.store import Lab
from netlab.recipe.loader import load_recipe


def test_every_command_has_help(shell: Shell) -> None:
    for name in COMMANDS:
        said = shell(name, "--help")
        assert (said.code, said.err) == (0, "")
        assert f"Usage: netlab {name}" in said.out
        # The first sentence of a command's own help does not contradict its line in the list.
        assert COMMANDS[name].endswith(".")


def test_without_a_command_the_next_steps_are_shown(shell: Shell) -> None:
    said = shell()
    assert said.code == 0
    assert "netlab run demo" in said.out


def test_without_a_command_a_terminal_gets_the_app_on_the_named_lab(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def run(lab: Path) -> int:
        opened.append(lab)
        return 7

    app = types.ModuleType("tui.app")
    app.run = run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tui.app", app)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    assert shell("--db", "mine.db").code == 7
    assert opened == [Path("mine.db")]


def test_the_version(shell: Shell) -> None:
    from importlib.metadata import version

    assert shell("--version").out == f"netlab {version('netlab')}\n"


def test_plan_gives_exactly_the_parameters_of_the_source(shell: Shell) -> None:
    plan = shell("plan", "resnet14-ablation", "--json", "--no-estimate").json
    assert [v["params"] for v in plan["variants"]] == [195738, 98970, 50586, 340538, 27738, 201394]
    assert plan["variants"][0]["name"] == "baseline"
    assert plan["variants"][1]["delta_params"] == 98970 - 195738
    assert plan["variants"][0]["delta_macs"] == 0
    assert plan["runs"] == 18


def test_plan_says_how_long_and_trains_nothing(shell: Shell) -> None:
    said = shell("plan", str(write_recipe(shell.folder)))
    assert said.code == 0
    assert "2 variants × 2 seeds = 4" in said.out
    assert "from a few timed steps, one run at a time" in said.out
    assert not (shell.folder / "lab.db").exists()


def test_plan_names_the_command_that_gets_missing_data(shell: Shell) -> None:
    said = shell("plan", "resnet14-ablation", "--no-estimate")
    assert "netlab data cifar10 --download" in said.out


def test_summary_as_json(shell: Shell) -> None:
    summary = shell("summary", "resnet14-ablation", "--json").json
    assert summary["params"] == 195738
    assert summary["macs"] == 28754560
    assert (summary["input"], summary["output"]) == ([3, 32, 32], [10])
    assert [block["block"] for block in summary["blocks"]] == [
        "conv",
        "basic",
        "basic",
        "basic",
        "classifier",
    ]
    assert sum(block["macs"] for block in summary["blocks"]) == summary["macs"]
    assert summary["blocks"][2]["output"] == [32, 16, 16]


def test_summary_labels_both_conventions(shell: Shell) -> None:
    path = write_recipe(
        shell.folder,
        "network:\n  input: [6, 112, 112]\n  blocks:\n"
        "    - {block: conv, channels: 30, padding: 0, groups: 2, bias: true, norm: none,"
        " activation: none}\n",
    )
    said = shell("summary", str(path), "--check")
    assert "9,801,000 for one image: convolution and linear layers, without bias" in said.out
    assert "10,164,000: the same, and one more for each bias added" in said.out
    assert "torch's operation counter agrees: 9,801,000 MACs" in said.out


def test_summary_of_a_variant_at_another_size(shell: Shell) -> None:
    said = shell(
        "summary", "resnet14-ablation", "--variant", "groups-2", "--input", "3x64x64", "--json"
    )
    assert said.json["params"] == 98970
    assert said.json["blocks"][0]["output"] == [16, 64, 64]


def test_new_writes_a_recipe_that_plans_and_never_overwrites(shell: Shell) -> None:
    assert shell("new", "mine").code == 0
    assert shell("plan", "mine.yaml", "--no-estimate").code == 0
    again = shell("new", "mine")
    assert (again.code, again.err) == (
        2,
        "netlab: error: mine.yaml exists already: choose another name\n",
    )
    assert shell("new", "more", "--from", "mine.yaml", "--extend").code == 0
    assert shell("plan", "more.yaml", "--no-estimate").code == 0
    nameless = shell("new", "")
    assert (nameless.code, nameless.err) == (
        2,
        "netlab: error: '' is no file name: give one, such as mine\n",
    )


def test_new_from_a_recipe_elsewhere_still_finds_its_base(shell: Shell) -> None:
    base = shell.folder / "base"
    base.mkdir()
    write_recipe(base)
    write_recipe(base, "extends: tiny\n", "child.yaml")
    assert shell("new", "copy", "--from", "base/child.yaml").code == 0
    assert shell("plan", "copy.yaml", "--no-estimate").code == 0


def test_new_in_another_folder_with_a_name_that_must_be_quoted(shell: Shell) -> None:
    (shell.folder / "a b: c").mkdir()
    write_recipe(shell.folder / "a b: c", name="d # e.yaml")
    write_recipe(shell.folder / "a b: c", "extends: 'd # e'  # here\n", "f.yaml")
    (shell.folder / "there").mkdir()
    for source, name in (("d # e.yaml", "there/over it"), ("f.yaml", "there/copied")):
        more = ["--extend"] if "over" in name else []
        said = shell("new", name, "--from", f"a b: c/{source}", *more)
        quoted = "'there/over it.yaml'" if more else "there/copied.yaml"
        assert f"`netlab plan {quoted}`" in said.err
        assert shell("plan", f"{name}.yaml", "--no-estimate").code == 0


def test_new_leaves_nothing_where_it_cannot_be_written(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: io.TextIOWrapper, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    real = Path.open

    def opened(path: Path, *args: Any, **options: Any) -> Any:
        file = real(path, *args, **options)
        if args == ("x",):
            return type("Full", (io.TextIOWrapper,), {"write": full})(file.detach())
        return file

    monkeypatch.setattr(Path, "open", opened)
    said = shell("new", "mine")
    assert (said.code, said.err) == (
        2,
        "netlab: error: mine.yaml cannot be written: No space left on device\n",
    )
    assert not (shell.folder / "mine.yaml").exists()
    assert "File name too long" in shell("new", "x" * 300).err


def test_blocks_lists_families_and_explains_one(shell: Shell) -> None:
    listing = shell("blocks").out
    assert "Residual\n" in listing
    assert "\n  basic " in listing
    page = shell("blocks", "basic").out
    assert "Cost: two 3×3 convolutions" in page
    assert "He et al. (2015)" in page
    assert all(len(line) <= 80 for line in page.splitlines())
    (described,) = shell("blocks", "conv", "--json").json
    assert described["schema"]["properties"]["channels"]["minimum"] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_recipe_to_try_of_every_block_can_be_trained(shell: Shell, kind: str) -> None:
    page = shell("blocks", kind).out
    recipe = textwrap.dedent(page.split("A recipe to try:\n")[1])
    path = write_recipe(shell.folder, recipe, "try.yaml")
    assert f"block: {kind}" in recipe
    check_trainable(analyse(load_recipe(path).network))


def test_doctor_looks_at_everything(shell: Shell) -> None:
    said = shell("doctor", "--json")
    subjects = {finding["subject"] for finding in said.json}
    assert {
        "python",
        "packages",
        "device",
        "threads",
        "data fashion-mini",
        "cache",
        "lab",
    } <= subjects
    assert not [finding for finding in said.json if finding["verdict"] == "fault"]
    assert said.code == 0
    assert "netlab data cifar10 --download" in shell("doctor").out


def test_doctor_finds_a_lab_that_is_none(shell: Shell) -> None:
    (shell.folder / "lab.db").write_text("not a database, but long enough to be read as one " * 9)
    said = shell("doctor")
    assert said.code == 1
    assert "FAULT" in said.out


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion(shell: Shell, name: str) -> None:
    assert f"_NETLAB_COMPLETE={name}_source" in shell("completion", name).out


BAD: list[tuple[str, list[str], str]] = [
    ("missing file", ["plan", "nothing.yaml"], "nothing.yaml: no such file"),
    ("near name", ["plan", "resnet14-ablaton"], "did you mean 'resnet14-ablation'?"),
    ("unknown command", ["plna"], "no command is called 'plna': did you mean 'plan'?"),
    ("unknown block", ["blocks", "bsaic"], "no block is called 'bsaic': did you mean 'basic'?"),
    ("unknown variant", ["summary", "demo", "--variant", "group-2"], "did you mean 'groups-2'?"),
    ("bad input", ["summary", "demo", "--input", "3x32"], "as 3x224x224"),
    ("bad seeds", ["plan", "demo", "--seeds", "a"], "write whole numbers"),
    ("too many seeds", ["plan", "demo", "--seeds", "0-2000000000"], "at most 10,000 seeds"),
    ("seeds backwards", ["plan", "demo", "--seeds", "5-3"], "a range goes up, such as 3-5"),
    ("seed twice", ["plan", "demo", "--seeds", "1,1"], "write each seed once"),
    ("no such protocol", ["plan", "demo", "--protocol", "standart"], "did you mean 'standard'?"),
    ("unknown data", ["run", "demo", "--data", "cifar1"], "did you mean 'cifar10'?"),
    ("missing data", ["run", "demo", "--data", "cifar10"], "netlab data cifar10 --download"),
    ("missing folder", ["run", "demo", "--data", "folder:nowhere"], "nowhere"),
    ("folder without path", ["run", "demo", "--data", "folder"], "data: folder:PATH"),
    ("no such device", ["run", "demo", "--device", "cuda:7"], "no device 'cuda:7' here: auto"),
    ("unknown study", ["export", "nothing"], "lab.db"),
]


@pytest.mark.parametrize(("arguments", "words"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_bad_input_is_one_sentence_and_exit_code_2(
    shell: Shell, arguments: list[str], words: str
) -> None:
    said = shell(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert words in said.err
    assert "Traceback" not in said.err
    assert len([line for line in said.err.splitlines() if "rror" in line]) == 1


DIVISORS = (
    "variant 'groups-2': block 2 (basic, line 6): groups 3 does not divide the 4 input "
    "channels; 1, 2 or 4 would work"
)
CLASSES = "network.classes is 9, but data set 'fashion-mini' has 10 classes: set 'classes: 10'"
HEAD = "variant 'baseline': block 2 (basic): the network ends in 4×4×4"
NETWORK_FAULTS = [
    ("groups: 2", "groups: 3", DIVISORS),
    ("classes: 10", "classes: 9", CLASSES),
    ("    - {block: classifier}\n", "", HEAD),
]


@pytest.mark.parametrize(("old", "new", "words"), NETWORK_FAULTS)
def test_networks_that_cannot_train_are_refused_before_anything_runs(
    shell: Shell, old: str, new: str, words: str
) -> None:
    said = shell("run", str(write_recipe(shell.folder, TINY.replace(old, new))))
    assert said.code == 2
    assert words in said.err
    assert not (shell.folder / "lab.db").exists()


def test_a_stride_that_shrinks_the_map_to_nothing(shell: Shell) -> None:
    stem = "    - {block: conv, channels: 4, stride: 2}\n"
    said = shell(
        "plan",
        str(write_recipe(shell.folder, TINY.replace(stem, stem * 2 + stem.replace("2", "3")))),
    )
    assert said.code == 2
    assert "block 3 (conv): stride 3 shrinks the 2×2 input map to nothing" in said.err


def test_a_lab_that_is_no_database(shell: Shell) -> None:
    (shell.folder / "lab.db").write_text("these are my notes " * 100)
    said = shell("run", str(write_recipe(shell.folder)))
    assert said.code == 2
    assert "lab.db" in said.err
    assert "Traceback" not in said.err


def test_a_lab_from_a_newer_version(shell: Shell) -> None:
    Lab.open(Path("lab.db"), create=True).close()
    conn = sqlite3.connect("lab.db")
    conn.execute("PRAGMA user_version = 9999")
    conn.close()
    said = shell("run", str(write_recipe(shell.folder)))
    assert said.code == 2
    assert "newer" in said.err


def test_errors_name_the_file_as_it_was_given(shell: Shell) -> None:
    write_recipe(shell.folder, TINY.replace("conv", "cnov"))
    said = shell("plan", "tiny.yaml")
    assert said.err.startswith("netlab: error: tiny.yaml:5: network.blocks[1]: no block")


def test_a_recipe_trains_and_its_table_comes_out(shell: Shell, tmp_path: Path) -> None:
    path = write_recipe(shell.folder)
    assert shell("run", str(path), "--seeds", "0", "--device", "cpu").code == 0
    table = shell("export", "tiny")
    assert table.code == 0
    assert "| groups-2" in table.out
    again = shell("run", str(path), "--seeds", "0", "--device", "cpu", "--json")
    assert [run["state"] for run in again.json] == ["done", "done"]
    rows = shell("export", "tiny", "--format", "json").json["rows"]
    assert [row["variant"] for row in rows] == ["baseline", "groups-2"]
    assert 10 <= rows[0]["accuracy"] <= 100
