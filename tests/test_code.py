"""The PyTorch file of a network: it needs nothing of netlab, and gives the same outputs."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from cli_helpers import Shell
from small_networks import network, write_recipe
from test_blocks import OPTIONS, spec_of
from torch import nn

import netlab.modules
from netlab.analysis.codegen.expressions import LINE_WIDTH
from netlab.analysis.codegen.network_file import write_code
from netlab.analysis.network_analysis import analyse
from netlab.blocks import KINDS
from netlab.modules.build import build_stack
from netlab.recipe.library import shipped
from netlab.recipe.loader import load_recipe
from netlab.recipe.network import Network

BLOCKS = [(kind, options) for kind, rows in OPTIONS.items() for options in rows]
RECIPES = [
    (name, variant.name)
    for name in {**shipped(), **shipped("networks")}
    for variant in load_recipe(name).variants
]


def block_network(row: int) -> Network:
    """A network of the block in this row of `BLOCKS`, strided where it can be."""
    kind, options = BLOCKS[row]
    stride = 2 if "stride" in KINDS[kind].model_fields else 1
    spec = spec_of(kind, options, channels=5, stride=stride)
    return network({"block": "conv", "channels": 3}, input=[5, 11, 9]).with_blocks((spec,))


def network_of(recipe: str, variant: str) -> Network:
    """The network of a variant."""
    return {found.name: found.network for found in load_recipe(recipe).variants}[variant]


@functools.cache
def code_of_block(row: int) -> str:
    """The file of `block_network`."""
    return write_code(analyse(block_network(row)), BLOCKS[row][0])


@functools.cache
def code_of_variant(recipe: str, variant: str) -> str:
    """The file of a saved network."""
    return write_code(analyse(network_of(recipe, variant)), recipe)


def built_by(code: str) -> nn.Module:
    """What the `build` of a file makes, without memory for weights."""
    namespace: dict[str, Any] = {"__name__": "standalone"}
    exec(compile(code, "standalone.py", "exec"), namespace)
    with torch.device("meta"):
        model = namespace["build"]()
    assert isinstance(model, nn.Sequential)
    return model


def assert_same(chosen: Network, code: str) -> None:
    """The network and what the code builds have the same names, order, layers and outputs.

    The code imports nothing but torch and the standard library.
    """
    with torch.device("meta"):
        model = build_stack(chosen.resolved_blocks(), chosen.input)
    other = built_by(code)
    assert str(other) == str(model)
    assert list(other.state_dict()) == list(model.state_dict())
    assert imported_by(code) <= {"torch", *sys.stdlib_module_names}
    weights = some_weights(model)
    for either in (model, other):
        either.load_state_dict(weights, assign=True)
        either.eval()
    channels, height, width = chosen.input
    # Larger images would only cost time: no network is tied to their size.
    images = torch.randn(1, channels, min(height, 64), min(width, 64))
    with torch.no_grad():
        expected, found = model(images), other(images)
    assert torch.equal(found, expected)
    assert torch.isfinite(expected).all()
    assert expected.std() > 0


def imported_by(code: str) -> set[str]:
    """The top-level packages that a file imports anywhere."""
    nodes = list(ast.walk(ast.parse(code)))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


def some_weights(model: nn.Module) -> dict[str, torch.Tensor]:
    """Weights that keep signals alive at any depth, made faster than by drawing each."""
    noise = torch.randn(2**16 + 1, generator=torch.Generator().manual_seed(0))
    state = {}
    for name, tensor in model.state_dict().items():
        drawn = noise.repeat(tensor.numel() // len(noise) + 1)[: tensor.numel()].view(tensor.shape)
        if tensor.dim() > 1:
            drawn = drawn * (2 / tensor[0].numel()) ** 0.5
        elif name.endswith(("running_var", "weight")):
            drawn = drawn.abs() + 0.5
        state[name] = (
            drawn if tensor.is_floating_point() else torch.zeros_like(tensor, device="cpu")
        )
    return state


@pytest.mark.parametrize(
    "row", range(len(BLOCKS)), ids=[f"{kind}-{row}" for row, (kind, _) in enumerate(BLOCKS)]
)
def test_every_block_is_the_same_in_a_file_of_its_own(row: int) -> None:
    assert_same(block_network(row), code_of_block(row))


@pytest.mark.parametrize(("recipe", "variant"), RECIPES)
def test_every_saved_network_is_the_same_in_a_file_of_its_own(recipe: str, variant: str) -> None:
    assert_same(network_of(recipe, variant), code_of_variant(recipe, variant))


def test_the_files_are_clean_and_formatted(tmp_path: Path) -> None:
    for recipe, variant in RECIPES:
        code = code_of_variant(recipe, variant)
        (tmp_path / f"{recipe}_{variant}.py").write_text(code, encoding="utf-8")
    for row, (kind, _) in enumerate(BLOCKS):
        (tmp_path / f"{kind}_{row}.py").write_text(code_of_block(row), encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--isolated", "--no-cache", "--line-length", str(LINE_WIDTH), str(tmp_path)]
    checked = subprocess.run(
        [*ruff, "check", "--select", "F,I,W,E9", *options],
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout
    formatted = subprocess.run(
        [*ruff, "format", "--diff", *options], check=False, capture_output=True, text=True
    )
    assert formatted.returncode == 0, formatted.stdout


def test_a_file_runs_where_there_is_no_netlab(shell: Shell) -> None:
    said = shell("code", "resnet14-ablation", "--variant", "attention", "-o", "attention.py")
    assert (said.code, said.out) == (0, "")
    assert "wrote attention.py" in said.err
    program = "import runpy, sys; sys.modules['netlab'] = None; runpy.run_path('attention.py', run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "output (1, 10), 201,394 parameters\n"


def test_code_goes_to_stdout_and_is_the_same_every_time(shell: Shell) -> None:
    first, second = shell("code", "resnet14-ablation"), shell("code", "resnet14-ablation")
    assert first.out == second.out
    assert first.out.startswith('"""resnet14-ablation: `build()` makes the network.\n')
    assert "195,738 parameters;\n28,754,560 multiply-accumulates" in first.out


def test_one_row_of_the_recipe_is_one_row_of_the_file() -> None:
    code = write_code(analyse(load_recipe("resnet14-ablation").network), "resnet14")
    assert "        # 3: basic ×2 → 32×16×16\n" in code
    assert "            BasicBlock(16, basic(channels=32, stride=2)),\n" in code


def test_initialisation_of_rows_that_differ_and_of_blocks_inside_of_blocks() -> None:
    inner = {"block": "conv", "channels": 4, "init": "xavier"}
    chosen = network(
        {"block": "conv", "channels": 4, "norm_eps": 0.25},
        {"block": "conv", "channels": 4},
        {"block": "branches", "branches": [{"name": "a", "blocks": [inner]}, {"name": "b"}]},
        {"block": "classifier"},
        init="kaiming",
    )
    code = write_code(analyse(chosen), "mixed")
    assert '    initialise(network[0:1], "kaiming", 0.25)\n' in code
    assert '    initialise(network[1:2], "kaiming", 1e-05)\n' in code
    assert 'initialised(ConvBlock(4, conv()), "xavier", 1e-05)' in code
    norms = [layer for layer in built_by(code).modules() if isinstance(layer, nn.BatchNorm2d)]
    assert [norm.eps for norm in norms] == [0.25, 1e-5, 1e-5]
    assert_same(chosen, code)


def test_no_name_means_two_things_in_one_file() -> None:
    defined: dict[str, str] = {}
    for path in sorted(Path(netlab.modules.__path__[0]).glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                assert node.name not in defined, f"{defined[node.name]} and {path.name}"
                defined[node.name] = path.name


def test_a_file_that_cannot_be_written_is_an_error(shell: Shell) -> None:
    said = shell("code", "resnet14-ablation", "-o", "no/such/folder.py")
    assert (said.code, said.err) == (
        2,
        "netlab: error: cannot write no/such/folder.py: No such file or directory\n",
    )
    said = shell("code", "resnet14-ablation", "--variant", "atention")
    assert said.code == 2
    assert "did you mean 'attention'?" in said.err
    broken = write_recipe(
        shell.folder,
        "network:\n  input: [3, 8, 8]\n  blocks: [{block: conv, channels: 4, groups: 3}]\n",
    )
    assert "block 1 (conv): groups 3 does not divide" in shell("code", str(broken)).err
