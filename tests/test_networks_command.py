"""`netlab networks`: the published networks that come with netlab, and what each costs."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_helpers import Shell
from test_imports import loaded

from netlab.cli.networks import natural_sort_key, source_and_notes
from netlab.recipe.library import shipped


def test_every_network_is_listed_with_its_cost_and_source(shell: Shell) -> None:
    found = {network["name"]: network for network in shell("networks", "--json").json}
    assert set(found) == set(shipped("networks"))
    resnet50 = found["resnet50"]
    assert (resnet50["params"], resnet50["macs"]) == (25_557_032, 4_089_184_256)
    assert (resnet50["input"], resnet50["classes"]) == ([3, 224, 224], 1000)
    for network in found.values():
        assert "http" in network["source"], network["name"]
        assert Path(network["file"]).is_file()


def test_the_list_for_people(shell: Shell) -> None:
    lines = shell("networks").out.splitlines()
    assert lines[0].split() == ["network", "input", "params", "MACs", "source"]
    (line,) = [line for line in lines if line.startswith("resnet50 ")]
    assert line.split()[1:4] == ["3×224×224", "25,557,032", "4.09G"]
    assert line.endswith("He et al. (2015), ResNet-50")
    assert "http" not in "".join(lines)


def test_numbers_in_names_sort_by_value() -> None:
    names = ["cifar-resnet110-a", "cifar-resnet20-a", "mnasnet-0.5", "cifar-resnet20-b"]
    assert sorted(names, key=natural_sort_key) == [names[1], names[3], names[0], names[2]]


def test_one_network_is_described_in_full(shell: Shell) -> None:
    said = shell("networks", "resnet50").out
    assert said.startswith("resnet50\n\nHe et al. (2015), ResNet-50, https://arxiv.org/abs/")
    assert "MACs            4,089,184,256 for one image" in said
    (listed,) = shell("networks", "resnet50", "--json").json
    assert listed["name"] == "resnet50"


def test_an_unknown_network_is_answered_with_the_nearest(shell: Shell) -> None:
    said = shell("networks", "resnet51")
    assert said.code == 2
    assert said.err.startswith(
        "netlab: error: no network is called 'resnet51': did you mean 'resnet"
    )


@pytest.mark.parametrize("command", ["summary", "plan", "code"])
def test_a_network_is_accepted_wherever_a_recipe_is(shell: Shell, command: str) -> None:
    options = {"plan": ["--no-estimate"]}.get(command, [])
    assert shell(command, "shufflenet-v2-x0.5", *options).code == 0


def test_the_comment_at_the_top_gives_the_source_and_then_the_rest() -> None:
    text = """\
# yaml-language-server: $schema=recipe.schema.json
# He et al. (2015), a network whose name is
# long, https://arxiv.org/abs/1512.03385
# And a note.
network: 1
# No part of it.
"""
    assert source_and_notes(text) == (
        "He et al. (2015), a network whose name is long, https://arxiv.org/abs/1512.03385",
        "And a note.",
    )
    assert source_and_notes("# My own.\nnetwork: 1\n") == ("My own.", "")
    assert source_and_notes("network: 1\n") == ("", "")


def test_networks_are_measured_without_the_compiler_of_torch(tmp_path: Path) -> None:
    found = loaded(tmp_path, "networks", "resnet18")
    assert "torch" in found
    assert not found & {"torchvision", "sympy", "scipy", "textual", "sqlite_utils"}
