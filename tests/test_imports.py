"""What each command loads: torch only where a network is built, textual nowhere yet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LOADED = """\
import sys
from netlab.cli.main import run_command
code = run_command(sys.argv[1:])
print(*sorted({name.split(".")[0] for name in sys.modules}), file=sys.stderr)
raise SystemExit(code)
"""

HEAVY = {"torch", "torchvision", "torchinfo", "thop", "scipy", "numpy", "textual", "pydantic"}


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The top-level modules that a command has loaded by its end."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        check=True,
        timeout=120,
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), (), ("run", "--help"), ("completion", "bash")]
)
def test_help_loads_nothing_heavy(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert not loaded(tmp_path, *arguments) & (HEAVY | {"rich", "sqlite_utils"})


@pytest.mark.parametrize("arguments", [("blocks",), ("blocks", "basic"), ("data",), ("new", "x")])
def test_commands_without_networks_load_no_torch(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    assert not loaded(tmp_path, *arguments) & (HEAVY - {"pydantic"})


def test_summary_loads_torch_but_neither_its_compiler_nor_sympy(tmp_path: Path) -> None:
    found = loaded(tmp_path, "summary", "resnet14-ablation")
    assert "torch" in found
    assert not found & {"torchvision", "sympy", "scipy", "textual", "sqlite_utils"}


def test_the_package_itself_loads_nothing(tmp_path: Path) -> None:
    code = "import netlab, sys; print(*{n.split('.')[0] for n in sys.modules}); netlab.load"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert not set(done.stdout.split()) & HEAVY


def test_python_gets_the_same_as_the_command_line() -> None:
    import netlab

    assert netlab.summarize("resnet14-ablation").cost.params == 195738
    assert netlab.plan("demo").recipe.name == "demo"
    model = netlab.build("resnet14-ablation", "separable")
    assert sum(p.numel() for p in model.parameters()) == 27738
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        netlab.nothing  # noqa: B018


def test_the_first_frame_of_the_app_needs_no_yaml_and_no_numbers(tmp_path: Path) -> None:
    code = "import tui.app, tui.compose.screen, sys; print(*{n.split('.')[0] for n in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert not set(done.stdout.split()) & (HEAVY - {"textual", "pydantic"} | {"ruamel", "psutil"})
