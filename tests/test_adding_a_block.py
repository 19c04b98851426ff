"""The page on adding a block: its example is added to a copy of netlab, and works there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "adding-a-block.md").read_text(encoding="utf-8")
SPEC, MODULE, ROW = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
(RECIPE,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of netlab to which the spec, the module and the row of the page were added."""
    folder = tmp_path_factory.mktemp("copy")
    unwanted = shutil.ignore_patterns("*.xz", "__snapshots__")  # compiled files save seconds
    for part in ("netlab", "tests", "recipes"):
        shutil.copytree(ROOT / part, folder / part, ignore=unwanted)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "netlab" / "blocks" / "ghost.py").write_text(SPEC, encoding="utf-8")
    (folder / "netlab" / "modules" / "ghost.py").write_text(MODULE, encoding="utf-8")
    table = folder / "tests" / "test_blocks.py"
    before, start, after = table.read_text(encoding="utf-8").partition(
        "OPTIONS: dict[str, list[dict[str, Any]]] = {\n"
    )
    assert start
    table.write_text(f"{before}{start}{ROW}{after}", encoding="utf-8")
    (folder / "ghost.yaml").write_text(RECIPE, encoding="utf-8")
    return folder


def run(folder: Path, *command: str) -> str:
    """What a Python module prints when it runs on the copy; it has to succeed."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


COMMANDS = """\
import shlex, sys
from netlab.cli.main import run_command
sys.exit(any(run_command(shlex.split(line)) for line in sys.argv[1:]))
"""
"""Several commands in one process, which imports torch once."""


def test_the_tests_take_the_block_in_by_its_row(copy: Path) -> None:
    options = ("-q", "-p", "no:cacheprovider", "-k", "ghost or every_kind_has_its_row")
    said = run(copy, "pytest", *options, "tests/test_blocks.py", "tests/test_code.py")
    (passed,) = re.findall(r"(\d+) passed", said)
    # A row of three options meets several widths and strides; without the block one test passes.
    assert int(passed) > 25


def test_commands_know_the_block(copy: Path) -> None:
    (copy / "commands.py").write_text(COMMANDS, encoding="utf-8")
    lines = ("blocks ghost", "summary ghost.yaml", "code ghost.yaml", "schema")
    said = run(copy, "commands", *lines)
    assert "Han et al. (2019), GhostNet" in said
    assert "ghost ×2 (channels 32, stride 2)" in said
    assert "class GhostBlock(nn.Module):" in said
    assert '"block-ghost"' in said


def test_the_example_is_written_as_the_project_is(copy: Path) -> None:
    files = ("netlab/blocks/ghost.py", "netlab/modules/ghost.py")
    run(copy, "ruff", "check", "--no-cache", *files)
    run(copy, "ruff", "format", "--no-cache", "--check", *files)
