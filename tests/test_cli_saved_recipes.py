"""Recipes that come with netlab are taken as they are: faults of them name one to take instead."""

from __future__ import annotations

from cli_helpers import Shell
from small_networks import TINY, write_recipe

SAID = "network.classes is 1000, but data set 'fashion-mini' has 10 classes: "
COPY = "make a copy with `netlab new mine --from {}` and set 'classes: 10' in it"


def test_a_network_with_other_classes_than_the_data_has_a_form_or_can_be_copied(
    shell: Shell,
) -> None:
    form = "take cifar-resnet50 (its form for images of 32×32), or "
    said = shell("run", "resnet50")
    assert said.code == 2
    assert said.err == f"netlab: error: resnet50: {SAID}{form}{COPY.format('resnet50')}\n"
    given = shell("run", "resnet50", "--data", "fashion-mini")
    assert given.err.startswith(f"netlab: error: resnet50: --data: {SAID}{form}")
    without = shell("run", "vgg11").err
    assert without == f"netlab: error: vgg11: {SAID}{COPY.format('vgg11')}\n"


def test_a_form_with_other_classes_than_the_data_is_not_offered(shell: Shell) -> None:
    said = shell("plan", "resnet50", "--data", "cifar100").err
    assert "cifar-resnet50" not in said
    assert "set 'classes: 100' in it" in said


def test_what_is_said_to_do_works(shell: Shell) -> None:
    assert shell("plan", "cifar-resnet50", "--data", "fashion-mini", "--no-estimate").code == 0
    assert shell("new", "mine", "--from", "resnet50").code == 0
    mine = shell.folder / "mine.yaml"
    mine.write_text(mine.read_text().replace("classes: 1000", "classes: 10"))
    assert shell("plan", "mine.yaml", "--data", "fashion-mini", "--no-estimate").code == 0


def test_the_line_of_a_recipe_of_ones_own_is_named(shell: Shell) -> None:
    path = write_recipe(shell.folder, TINY.replace("classes: 10", "classes: 9"))
    message = "data set 'fashion-mini' has 10 classes: set 'classes: 10'"
    assert message in shell("run", str(path)).err
