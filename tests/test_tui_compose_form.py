"""The form: made from the spec, a value is looked at before it is accepted."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from compose_app import ComposeDriver, compose
from textual.geometry import Offset
from textual.widgets import Input, Static

from netlab.blocks import KINDS
from netlab.recipe.network import Network
from tui.compose.default_block import default_block
from tui.compose.field_validation import nearest_valid, next_valid, problems, validation_error
from tui.compose.form_fields import FormField, InvalidText, fields_of, network_fields

LAB = "lab.db"
HOSTILE = [
    "[/x",
    "[bold]x[/bold]",
    "🦊" * 40,
    "x" * 5000,
    "\u202eabc\u05d0",
    "\x1b[31m\x00\x07",
    " ",
]
NETWORK = Network.model_validate(
    {
        "input": [3, 32, 32],
        "blocks": [
            {"block": "conv", "channels": 16},
            {"block": "basic", "channels": 32, "norm": "group"},
            {"block": "classifier"},
        ],
    }
)


def field(kind: str, name: str) -> FormField:
    return next(field for field in fields_of(KINDS[kind]) if field.name == name)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_block_has_a_form_and_can_be_put_in(kind: str) -> None:
    fields = fields_of(KINDS[kind])
    assert [f.name for f in fields if f.name != "repeat"] == [
        name for name in KINDS[kind].field_names() if name != "repeat"
    ]
    for in_shape in [(16, 32, 32), (3, 8, 8), (512, 4, 4)]:
        spec = default_block(NETWORK, 2, kind, in_shape)
        trial = NETWORK.with_blocks((NETWORK.blocks[0], spec))
        assert list(problems(trial, 2, in_shape)) == []


def test_the_form_of_the_network_has_its_input_and_its_settings() -> None:
    assert [f.name for f in network_fields()] == [
        "input channels", "input height", "input width", "classes", "norm", "activation", "init",
        "norm_eps", "width", "width_multiple",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "direction", "steps"),
    [
        ("channels", 12, 1, [16, 24, 32]),
        ("channels", 17, -1, [16, 8, 7]),
        ("channels", 6, 1, [7, 8, 16]),
        ("stride", 7, 1, [8]),
        ("stride", 1, -1, []),
        ("bias", False, 1, [True]),
        ("norm", None, 1, ["batch", "group", "none"]),
        ("norm", None, -1, ["none", "group", "batch"]),
        ("norm_eps", 1e-5, -1, [1e-6, 1e-7, 1e-8]),
        ("padding", None, 1, [1, 2, 3]),
    ],
)
def test_steps_go_to_the_next_value_of_the_field(
    name: str, value: Any, direction: int, steps: list[Any]
) -> None:
    found = islice(field("conv", name).steps(value, direction), 3)
    assert [v for v in found if v is not None] == pytest.approx(steps)


def test_a_step_goes_over_values_that_cannot_stand_there() -> None:
    assert next_valid(NETWORK, 2, (16, 32, 32), field("basic", "groups"), 1) == (2, None)
    value, why = next_valid(NETWORK, 2, (16, 1, 1), field("basic", "stride"), 1)
    assert value is None
    assert why == "stride 2 shrinks the 1×1 input map to nothing"


@pytest.mark.parametrize(
    ("name", "requested", "better"),
    [("groups", 3, 2), ("groups", 15, 16), ("groups", 10**9, 16), ("stride", 99, 8),
     ("channels", 0, 1), ("shortcut", "identity", "projection")],
)  # fmt: skip
def test_the_nearest_value_that_works(name: str, requested: Any, better: Any) -> None:
    in_shape = (16, 32, 32)
    current = NETWORK.with_blocks(
        (NETWORK.blocks[0], NETWORK.blocks[1].model_copy(update={"shortcut": "none"}))
    )
    assert validation_error(current, 2, in_shape, name, requested)
    found = nearest_valid(current, 2, in_shape, field("basic", name), requested)
    assert found == better
    assert validation_error(current, 2, in_shape, name, found) is None


def test_what_was_wrong_before_is_not_held_against_another_field() -> None:
    faulty = NETWORK.with_blocks(
        (NETWORK.blocks[0], NETWORK.blocks[1].model_copy(update={"groups": 3}))
    )
    assert validation_error(faulty, 2, (16, 32, 32), "stride", 2) is None
    assert validation_error(faulty, 2, (16, 32, 32), "groups", 5) is not None


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_is_no_number_is_told_as_such(text: str) -> None:
    with pytest.raises(InvalidText):
        field("basic", "groups").parse(text)


def test_left_and_right_step_and_the_network_follows(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("down", "enter")
        assert at.form.has_focus
        await at.press("right", "l", "plus")
        assert at.network.blocks[1].fields()["channels"] == 40
        await at.press("left", "h", "minus")
        assert at.network.blocks[1].fields()["channels"] == 16
        await at.press("u")
        assert at.network.blocks[1].fields()["channels"] == 24

    compose(tmp_path / LAB, scenario)


def test_a_typed_value_that_is_impossible_is_explained_and_f4_takes_the_nearest(
    tmp_path: Path,
) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("down")
        await at.field("groups")
        await at.press("enter")
        await at.type("3")
        assert "groups 3 does not divide the 16 input channels" in at.problem
        assert "F4 takes groups 2" in at.problem
        await at.press("enter")
        assert at.form.typing
        assert "groups" not in at.network.blocks[1].fields()
        await at.press("f4")
        assert at.network.blocks[1].fields()["groups"] == 2
        assert at.form.has_focus
        assert at.problem == ""

    compose(tmp_path / LAB, scenario)


def test_a_typed_value_that_works_is_taken_and_escape_takes_none(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("down", "enter", "enter")
        await at.type("48")
        await at.press("enter")
        assert at.network.blocks[1].fields()["channels"] == 48
        await at.press("enter")
        await at.type("96")
        await at.press("escape")
        assert at.network.blocks[1].fields()["channels"] == 48
        assert at.form.has_focus
        await at.press("escape")
        assert at.rows.has_focus

    compose(tmp_path / LAB, scenario)


def test_hostile_text_in_a_field_changes_nothing(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        before = at.network
        await at.press("down", "enter", "enter")
        for text in HOSTILE:
            await at.type(text)
            await at.press("enter")
            assert at.problem, text
            assert at.network == before

    compose(tmp_path / LAB, scenario, (80, 24))


def test_inherited_values_are_shown_as_such_and_backspace_gives_them_back(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.field("norm")
        line = at.form.line(at.form.cursor, 60).plain
        assert "‹ batch ›  inherited" in line
        await at.press("right", "right")
        assert at.network.blocks[0].fields()["norm"] == "group"
        assert "inherited" not in at.form.line(at.form.cursor, 60).plain
        await at.press("backspace")
        assert "norm" not in at.network.blocks[0].fields()

    compose(tmp_path / LAB, scenario)


def test_a_field_that_is_needed_has_no_default_to_go_back_to(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.field("channels")
        await at.press("backspace")
        assert at.problem == "✗ channels has no default"

    compose(tmp_path / LAB, scenario)


def test_the_network_itself_has_a_form_on_row_0(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("home")
        await at.field("classes")
        await at.press("enter")
        await at.type("100")
        await at.press("enter")
        assert at.network.classes == 100
        await at.field("norm")
        await at.press("right")
        assert at.network.norm == "group"
        await at.field("input channels")
        await at.press("enter")
        await at.type("1")
        await at.press("enter")
        assert at.network.input == (1, 32, 32)
        await at.press("u", "u", "u")
        assert at.network == at.app.document.baseline

    compose(tmp_path / LAB, scenario)


def test_the_inspector_tells_the_field_the_purpose_the_cost_and_the_paper(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.press("down")
        words = str(at.screen.query_one("#about", Static).render())
        assert KINDS["basic"].purpose in words
        assert KINDS["basic"].cost in words
        assert "https://arxiv.org/abs/1512.03385" in words
        await at.field("stride")
        assert "stride of the first convolution" in str(
            at.screen.query_one("#field", Static).render()
        )

    compose(tmp_path / LAB, scenario)


def test_the_cursor_stays_on_the_field_from_row_to_row(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        await at.field("norm")
        await at.press("escape", "down")
        assert at.form.row == 2
        assert at.form.field.name == "norm"

    compose(tmp_path / LAB, scenario)


def test_the_signs_beside_a_value_step_by_mouse(tmp_path: Path) -> None:
    async def scenario(at: ComposeDriver) -> None:
        line = at.form.line(0, 60).plain
        await at.click(at.form, offset=Offset(line.index("›"), 0))
        await at.until(lambda: at.network.blocks[0].fields()["channels"] == 24)
        await at.click(at.form, offset=Offset(line.index("1"), 0), times=2)
        await at.until(lambda: at.form.typing)
        assert at.form.query_one(Input).value == "24"

    compose(tmp_path / LAB, scenario)
