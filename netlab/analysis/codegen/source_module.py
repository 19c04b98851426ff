"""The source of netlab's modules: their top-level definitions, and what names in them refer to."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

DefinitionNode = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass(frozen=True)
class Import:
    """`import module as name`, or `from module import original as name`."""

    module: str
    original: str | None
    name: str

    @property
    def clause(self) -> str:
        full = self.original or self.module
        return full if full == self.name else f"{full} as {self.name}"


@dataclass(frozen=True, order=True)
class QualifiedName:
    """A top-level definition of netlab: its module and its name."""

    module: str
    name: str


@dataclass(frozen=True)
class SourceModule:
    """The source of a module of netlab with its top-level definitions and imports by name."""

    name: str
    source: str
    definitions: dict[str, tuple[DefinitionNode, int]]
    """Each with its last line; a constant includes the docstring below it."""
    imports: dict[str, Import]

    def resolve_name(self, name: str) -> QualifiedName | Import | None:
        """What `name` refers to; None for a builtin. Raises `ValueError` for an unknown name."""
        if name in self.definitions:
            return QualifiedName(self.name, name)
        found = self.imports.get(name)
        if found is None:
            if hasattr(builtins, name) or name == "__name__":
                return None
            raise ValueError(f"{self.name}: nothing is called '{name}'")
        if not found.module.startswith("netlab."):
            return found
        if found.original is None:
            raise ValueError(f"{self.name}: import names from {found.module}, not the module")
        return source_module(found.module).resolve_name(found.original)


@lru_cache(maxsize=256)
def source_module(name: str) -> SourceModule:
    """The source of the module called `name`."""
    source = inspect.getsource(importlib.import_module(name))
    found = SourceModule(name, source, {}, {})
    statements = list(_top_level(ast.parse(source)))
    for node, following in zip(statements, [*statements[1:], None], strict=True):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.imports.update({bound.name: bound for bound in _imports(node)})
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.definitions[node.name] = node, last_line(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            last = following if following is not None and _is_docstring(following) else node
            if isinstance(target, ast.Name):
                found.definitions[target.id] = node, last_line(last)
    return found


def _top_level(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements of a module, including those under `if TYPE_CHECKING:`."""
    for node in tree.body:
        yield from node.body if isinstance(node, ast.If) else (node,)


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[Import]:
    for alias in node.names:
        bound = alias.asname or alias.name
        if isinstance(node, ast.Import):
            yield Import(alias.name, None, bound)
        elif node.module:
            yield Import(node.module, alias.name, bound)


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def last_line(node: ast.stmt) -> int:
    """The last line of a statement, from 1."""
    assert node.end_lineno is not None
    return node.end_lineno
