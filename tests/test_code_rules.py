"""Rules of the source tree that no linter knows: names, sizes and imports."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("netlab", "tui")
FOLDERS = (*PACKAGES, "tests", "benchmarks", "docs")
MAX_LINES = 400
MAX_SHARED_FILE_NAMES = 15

VAGUE = frozenset(
    {
        "amid",
        "bore",
        "borne",
        "bury",
        "buried",
        "crew",
        "endurance",
        "farewell",
        "hear",
        "heard",
        "mend",
        "mended",
        "see_off",
        "taken_up",
        "told",
        "unheard",
        "unseen",
    }
)
"""Words that no engineer would search for: no identifier of the packages contains one."""


@cache
def sources(folder: str) -> tuple[Path, ...]:
    """The Python files below a folder."""
    return tuple(sorted((ROOT / folder).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"))


def package_files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sources(package)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_block_pair(paths: list[Path]) -> bool:
    """A block and its module share their names on purpose."""
    return {shown(path.parent) for path in paths} == {"netlab/blocks", "netlab/modules"}


def test_no_file_is_too_long() -> None:
    lengths = {
        shown(path): len(path.read_text("utf-8").splitlines())
        for folder in FOLDERS
        for path in sources(folder)
    }
    assert {path: lines for path, lines in lengths.items() if lines > MAX_LINES} == {}


def test_few_file_names_stand_twice() -> None:
    by_name = defaultdict(list)
    for path in package_files():
        if path.name not in ("__init__.py", "__main__.py"):
            by_name[path.name].append(path)
    shared = [
        name for name, paths in by_name.items() if len(paths) > 1 and not is_block_pair(paths)
    ]
    assert len(shared) <= MAX_SHARED_FILE_NAMES, sorted(shared)


def test_public_class_names_are_unique() -> None:
    by_name = defaultdict(set)
    for path in package_files():
        for name in type_names(tree(path)):
            by_name[name].add(path)
    shared = {
        name: sorted(map(shown, paths))
        for name, paths in by_name.items()
        if len(paths) > 1 and not is_block_pair(list(paths))
    }
    assert shared == {}


def type_names(module: ast.Module) -> Iterator[str]:
    """The public classes and type aliases of a module."""
    for node in module.body:
        match node:
            case ast.ClassDef(name=name) if not name.startswith("_"):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) if re.match(r"[A-Z]\w*[a-z]", name):
                yield name


def test_imports_form_no_circle_even_for_types() -> None:
    modules = {module_name(path): path for path in package_files()}
    graph = {name: set(imports(tree(path), modules)) - {name} for name, path in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(module: ast.Module, modules: dict[str, Path]) -> Iterator[str]:
    """The modules of the packages that a module imports anywhere, also for types alone."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield from {submodule, node.module} & modules.keys()
        elif isinstance(node, ast.Import):
            yield from {alias.name for alias in node.names} & modules.keys()


@pytest.mark.parametrize("package", PACKAGES)
def test_identifiers_are_made_of_words_that_one_would_search_for(package: str) -> None:
    found = defaultdict(set)
    for path in sources(package):
        for name in identifiers(path):
            if VAGUE & set(name.strip("_").lower().split("_")) or name in VAGUE:
                found[shown(path)].add(name)
    assert found == {}


def identifiers(path: Path) -> Iterator[str]:
    readline = io.StringIO(path.read_text("utf-8")).readline
    for token in tokenize.generate_tokens(readline):
        if token.type == tokenize.NAME:
            yield token.string


def test_packages_say_what_lives_in_them() -> None:
    faces = [path for path in package_files() if path.name == "__init__.py"]
    assert [shown(path) for path in faces if not ast.get_docstring(tree(path))] == []
    folders = {path.parent for path in package_files()}
    assert folders - {path.parent for path in faces} == set()
