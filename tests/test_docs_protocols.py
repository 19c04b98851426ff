"""docs/protocols.md lists every field of a protocol, and every saved protocol."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from small_networks import TINY, write_recipe

from netlab.recipe.library import shipped
from netlab.recipe.loader import load_recipe
from netlab.recipe.protocol import Protocol
from netlab.recipe.protocol_files import load_protocol
from netlab.recipe.yaml.field_examples import inner_model
from netlab.recipe.yaml.yaml_text import flow_yaml

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "protocols.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, list[str]]:
    """The rows of the table whose first heading this is, by the name in their first cell."""
    table = PAGE.split(f"| {heading} |")[1].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table]
    return {first.strip("` |"): [cell.strip(" |") for cell in rest] for first, *rest in cells}


def fields(model: type[BaseModel], inside: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every field of a protocol by its dotted name, but for those that only hold others."""
    for name, field in model.model_fields.items():
        inner = inner_model(field.annotation, in_lists=False)
        if inner:
            yield from fields(inner, f"{name}.")
        else:
            yield f"{inside}{name}", field


FIELDS = dict(fields(Protocol))


def test_every_field_of_a_protocol_is_named_and_no_other() -> None:
    assert list(rows("Field")) == list(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_listed_with_its_default_and_its_choices(name: str) -> None:
    default, meaning = rows("Field")[name]
    assert default == (
        f"`{flow_yaml(FIELDS[name].default)}`" if FIELDS[name].default != "" else "none"
    )
    annotation = FIELDS[name].annotation
    if get_origin(annotation) is Literal:
        assert {f"`{choice}`" for choice in get_args(annotation)} <= set(
            re.findall("`[^`]+`", meaning)
        )


def test_the_saved_protocols_are_described_as_they_are() -> None:
    documented = rows("Saved protocol")
    assert set(documented) == set(shipped("protocols"))
    for name, (epochs, optimiser, _purpose) in documented.items():
        protocol = load_protocol(name)
        assert epochs == str(protocol.epochs)
        assert optimiser.lower() == f"{protocol.optimizer.name} at {protocol.optimizer.lr:g}"


def test_what_the_page_writes_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "long-run.yaml").write_text("epochs: 30\n")
    written = re.findall(r"^protocol: .*$", PAGE, re.MULTILINE)
    documented = [*written, "protocol: {extends: long-run.yaml, batch_size: 64}"]
    labels = []
    for line in documented:
        text = TINY.replace("protocol: {extends: smoke, epochs: 1}", line)
        labels.append(load_recipe(write_recipe(tmp_path, text)).protocol.label)
    assert labels == [
        "standard@1",
        "standard@1 with epochs 30, optimizer.lr 0.1",
        "custom@1",
        "long-run@1 with batch_size 64",
    ]
    assert f"Tables then call it `{labels[1]}`" in " ".join(PAGE.split())


def test_the_page_is_linked_from_where_protocols_are_spoken_of() -> None:
    for page in ("README.md", "docs/studies.md", "docs/data.md", "docs/timing.md"):
        assert "protocols.md)" in (ROOT / page).read_text(encoding="utf-8"), page
