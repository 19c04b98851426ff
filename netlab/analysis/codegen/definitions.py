"""Copy classes out of netlab, with everything they refer to, so that the copy runs on its own.

Definitions are copied as written, with comments and layout. Three things are removed: decorators
that register modules, comments for linters, and annotations with netlab's own types, which are
replaced by plain ones.
"""

from __future__ import annotations

import ast
import importlib
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args, get_origin

from netlab.analysis.codegen.source_edits import (
    SourceEdit,
    apply_source_edits,
    checker_comment_edits,
)
from netlab.analysis.codegen.source_module import (
    DefinitionNode,
    Import,
    QualifiedName,
    SourceModule,
    source_module,
)
from netlab.blocks import BlockSpec

REGISTER_DECORATOR = "builds"

SPEC_NAME = "Spec"
"""The class of every block spec in the standalone file."""


@dataclass(frozen=True)
class SourceDefinition:
    """One function, class or constant, ready for another file."""

    name: QualifiedName
    text: str
    imports: frozenset[Import]
    dependencies: tuple[QualifiedName, ...]
    """The definitions of netlab that it refers to, sorted by name."""
    spec_attributes: frozenset[str]
    is_constant: bool


STAND_INS = {
    QualifiedName("netlab.modules.build", "build_stack"): (
        '''\
def build_stack(rows: Iterable[nn.Module], arrives: tuple[int, ...]) -> nn.Sequential:
    """Blocks inside of a block: here they are built already, for the shape that arrives."""
    return nn.Sequential(*rows)''',
        (Import("collections.abc", "Iterable", "Iterable"), Import("torch", "nn", "nn")),
    )
}
"""Replacements for functions that need the registry of blocks."""


def collect_definitions(names: Iterable[QualifiedName]) -> list[SourceDefinition]:
    """The definitions called `names` and their dependencies, each after its own dependencies.

    Raises `ValueError` if definitions of two modules have the same name.
    """
    ordered: dict[QualifiedName, SourceDefinition] = {}
    by_short_name: dict[str, QualifiedName] = {}
    visited: set[QualifiedName] = set()

    def add(name: QualifiedName) -> None:
        other = by_short_name.setdefault(name.name, name)
        if other != name:
            raise ValueError(f"{name.name} is in both {other.module} and {name.module}")
        if name in visited:
            return
        visited.add(name)
        definition = read_definition(name)
        for dependency in definition.dependencies:
            add(dependency)
        ordered[name] = definition

    for name in names:
        add(name)
    return list(ordered.values())


@lru_cache(maxsize=1024)
def read_definition(name: QualifiedName) -> SourceDefinition:
    """The definition called `name`."""
    if name in STAND_INS:
        text, imports = STAND_INS[name]
        return SourceDefinition(name, text, frozenset(imports), (), frozenset(), is_constant=False)
    module = source_module(name.module)
    node, last = module.definitions[name.name]
    scan = _DefinitionScanner(module)
    scan.visit(node)
    for used in sorted(_global_names(node)):
        scan.note_name(used)
    return SourceDefinition(
        name,
        apply_source_edits(
            module.source, node, last, [*scan.edits, *checker_comment_edits(module.source, node)]
        ),
        frozenset(scan.imports),
        tuple(sorted(scan.dependencies - {name})),
        frozenset(scan.spec_attributes),
        is_constant=isinstance(node, ast.Assign | ast.AnnAssign),
    )


@dataclass
class _DefinitionScanner(ast.NodeVisitor):
    """Visits one definition; collects what it refers to and the edits that make it standalone."""

    module: SourceModule
    edits: list[SourceEdit] = field(default_factory=list)
    imports: set[Import] = field(default_factory=set)
    dependencies: set[QualifiedName] = field(default_factory=set)
    spec_attributes: set[str] = field(default_factory=set)

    def note_name(self, name: str) -> None:
        meaning = self.module.resolve_name(name)
        if isinstance(meaning, Import):
            self.imports.add(meaning)
        elif isinstance(meaning, QualifiedName):
            self.dependencies.add(meaning)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._drop_register_decorator(node)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._drop_register_decorator(node)
        arguments = [
            argument
            for argument in ast.walk(node.args)
            if isinstance(argument, ast.arg) and argument.annotation is not None
        ]
        specs = {a.arg for a in arguments if self._is_spec(a.annotation)}
        for inner in ast.walk(node):
            if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
                self.spec_attributes |= {inner.attr} if inner.value.id in specs else set()
        for annotation in (*(a.annotation for a in arguments), node.returns):
            self._annotation(annotation)
        for statement in node.body:
            self.visit(statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._annotation(node.annotation)

    def _drop_register_decorator(self, node: ast.ClassDef | ast.FunctionDef) -> None:
        for decorator in node.decorator_list:
            if _is_register_decorator(decorator):
                assert decorator.end_lineno is not None
                self.edits.append(SourceEdit(decorator.lineno, 0, decorator.end_lineno + 1, 0, ""))

    def _is_spec(self, annotation: ast.expr | None) -> bool:
        return any(
            isinstance(node, ast.Name) and _is_spec_class(self._from_blocks(node.id))
            for node in (ast.walk(annotation) if annotation else ())
        )

    def _from_blocks(self, name: str) -> Any:
        """The value of `name` if it comes from netlab.blocks, else None."""
        meaning = self.module.resolve_name(name)
        if isinstance(meaning, QualifiedName) and meaning.module.startswith("netlab.blocks"):
            return getattr(importlib.import_module(meaning.module), meaning.name)
        return None

    def _annotation(self, annotation: ast.expr | None) -> None:
        """Record what an annotation refers to; replace netlab's own types by plain ones."""
        if annotation is None:
            return
        for node in ast.walk(annotation):
            if not isinstance(node, ast.Name):
                continue
            own = self._from_blocks(node.id)
            if own is None:
                self.note_name(node.id)
            else:
                line, start, end = node.lineno, node.col_offset, node.end_col_offset
                assert end is not None
                self.edits.append(SourceEdit(line, start, line, end, plain_annotation(own)))


def plain_annotation(annotation: Any) -> str:
    """An annotation without netlab's own types: `str` for a Literal of strings, `Spec` for a spec."""
    if annotation is type(None):
        return "None"
    if _is_spec_class(annotation):
        return SPEC_NAME
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return plain_annotation(arguments[0])
    if origin is Literal:
        return " | ".join(dict.fromkeys(plain_annotation(type(value)) for value in arguments))
    if isinstance(origin, type) and issubclass(origin, tuple | list | dict):
        inside = ("..." if part is ... else plain_annotation(part) for part in arguments)
        return f"{origin.__name__}[{', '.join(inside)}]"
    if arguments:
        return " | ".join(plain_annotation(part) for part in arguments)
    return str(annotation.__name__)


def _is_spec_class(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BlockSpec)


def _is_register_decorator(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id == REGISTER_DECORATOR


class _AnnotationStripper(ast.NodeTransformer):
    """Removes annotations and register decorators, so that only code that runs remains."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._without_register_decorator(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._without_register_decorator(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return ast.Pass()
        return ast.Assign([node.target], self.visit(node.value), lineno=node.lineno)

    def _without_register_decorator(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        node.decorator_list = [d for d in node.decorator_list if not _is_register_decorator(d)]
        return self.generic_visit(node)


def _global_names(node: DefinitionNode) -> set[str]:
    """The module-level names that a definition uses when it runs."""
    bare = _AnnotationStripper().visit(ast.parse(ast.unparse(node)))
    table = symtable.symtable(ast.unparse(bare), "definition", "exec")
    return set(_globals_in(table)) - {
        symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned()
    }


def _globals_in(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (symbol.is_global() or table.get_type() == "module"):
            yield symbol.get_name()
    for inner in table.get_children():
        yield from _globals_in(inner)
