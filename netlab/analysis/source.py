"""The source of classes and of all that they name, taken out of netlab so that it stands alone.

Definitions are copied as written, comments and layout included. What only netlab has is taken
out: decorators that register, marks for its checkers, and annotations by its own types, in whose
place come plain ones.
"""

from __future__ import annotations

import ast
import importlib
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args, get_origin

from netlab.analysis.source_edits import Edit, checkers_marks, edited
from netlab.analysis.source_module import Import, Node, Place, SourceModule, source_module
from netlab.blocks import BlockSpec

REGISTERS = "builds"
"""The decorator that enters a module for its spec; it means nothing outside netlab."""

SPEC = "Spec"
"""What every block spec is called in a file of its own."""


@dataclass(frozen=True)
class Definition:
    """One function, class or constant, ready to stand in another file."""

    place: Place
    text: str
    imports: frozenset[Import]
    needs: tuple[Place, ...]
    """The definitions of netlab that it names, in the order of their names."""
    reads: frozenset[str]
    """The attributes that it reads from a block spec."""
    constant: bool
    """Whether it is a constant, not a function or class."""


STAND_INS = {
    Place("netlab.modules.build", "build_stack"): (
        '''\
def build_stack(rows: Iterable[nn.Module], arrives: tuple[int, ...]) -> nn.Sequential:
    """Blocks inside of a block: here they are built already, for the shape that arrives."""
    return nn.Sequential(*rows)''',
        (
            Import("collections.abc", "Iterable", "Iterable"),
            Import("torch", "nn", "nn"),
        ),
    ),
}
"""Functions that need the registry of blocks, and what stands for them in another file."""


def collect(wanted: Iterable[Place]) -> list[Definition]:
    """`wanted` and all that they need, each after what it needs itself.

    Raises `ValueError` where two definitions of different modules have one name.
    """
    found: dict[Place, Definition] = {}
    names: dict[str, Place] = {}
    entered: set[Place] = set()

    def add(place: Place) -> None:
        known = names.setdefault(place.name, place)
        if known != place:
            raise ValueError(f"{place.name} is in both {known.module} and {place.module}")
        if place in entered:
            return
        entered.add(place)
        definition = define(place)
        for needed in definition.needs:
            add(needed)
        found[place] = definition

    for place in wanted:
        add(place)
    return list(found.values())


@lru_cache(maxsize=1024)
def define(place: Place) -> Definition:
    """The definition at `place`."""
    if place in STAND_INS:
        text, imports = STAND_INS[place]
        return Definition(place, text, frozenset(imports), (), frozenset(), constant=False)
    module = source_module(place.module)
    node, last = module.definitions[place.name]
    scan = _Scan(module)
    scan.visit(node)
    for name in sorted(_global_names(node)):
        scan.use(name)
    return Definition(
        place,
        edited(module.source, node, last, [*scan.edits, *checkers_marks(module.source, node)]),
        frozenset(scan.imports),
        tuple(sorted(scan.needs - {place})),
        frozenset(scan.reads),
        constant=isinstance(node, ast.Assign | ast.AnnAssign),
    )


@dataclass
class _Scan(ast.NodeVisitor):
    """Walks one definition; gathers what it names and the edits that make it stand alone."""

    module: SourceModule
    edits: list[Edit] = field(default_factory=list)
    imports: set[Import] = field(default_factory=set)
    needs: set[Place] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)

    def use(self, name: str) -> None:
        """Take note of what `name` means."""
        meaning = self.module.find(name)
        if isinstance(meaning, Import):
            self.imports.add(meaning)
        elif isinstance(meaning, Place):
            self.needs.add(meaning)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._unregister(node)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._unregister(node)
        arguments = [
            argument
            for argument in ast.walk(node.args)
            if isinstance(argument, ast.arg) and argument.annotation is not None
        ]
        specs = {a.arg for a in arguments if self._is_spec(a.annotation)}
        for inner in ast.walk(node):
            if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
                self.reads |= {inner.attr} if inner.value.id in specs else set()
        for annotation in (*(a.annotation for a in arguments), node.returns):
            self._annotation(annotation)
        for statement in node.body:
            self.visit(statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._annotation(node.annotation)

    def _unregister(self, node: ast.ClassDef | ast.FunctionDef) -> None:
        for decorator in node.decorator_list:
            if _is_registering(decorator):
                assert decorator.end_lineno is not None
                self.edits.append(Edit(decorator.lineno, 0, decorator.end_lineno + 1, 0, ""))

    def _is_spec(self, annotation: ast.expr | None) -> bool:
        return any(
            isinstance(node, ast.Name) and _is_spec_class(self._from_blocks(node.id))
            for node in (ast.walk(annotation) if annotation else ())
        )

    def _from_blocks(self, name: str) -> Any:
        """The value of `name` if it comes from netlab.blocks, else None."""
        meaning = self.module.find(name)
        if isinstance(meaning, Place) and meaning.module.startswith("netlab.blocks"):
            return getattr(importlib.import_module(meaning.module), meaning.name)
        return None

    def _annotation(self, annotation: ast.expr | None) -> None:
        """Note what an annotation names; put plain types where netlab's own stand."""
        if annotation is None:
            return
        for node in ast.walk(annotation):
            if not isinstance(node, ast.Name):
                continue
            own = self._from_blocks(node.id)
            if own is None:
                self.use(node.id)
            else:
                line, start, end = node.lineno, node.col_offset, node.end_col_offset
                assert end is not None
                self.edits.append(Edit(line, start, line, end, plain(own)))


def plain(annotation: Any) -> str:
    """An annotation without netlab's own types: `str` for a choice of words, `Spec` for a spec."""
    if annotation is type(None):
        return "None"
    if _is_spec_class(annotation):
        return SPEC
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return plain(arguments[0])
    if origin is Literal:
        return " | ".join(dict.fromkeys(plain(type(value)) for value in arguments))
    if isinstance(origin, type) and issubclass(origin, tuple | list | dict):
        inside = ("..." if part is ... else plain(part) for part in arguments)
        return f"{origin.__name__}[{', '.join(inside)}]"
    if arguments:
        return " | ".join(plain(part) for part in arguments)
    return str(annotation.__name__)


def _is_spec_class(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BlockSpec)


def _is_registering(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id == REGISTERS


class _Bare(ast.NodeTransformer):
    """Takes annotations and registering decorators off, for what is left is used at run time."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._undecorated(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._undecorated(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return ast.Pass()
        return ast.Assign([node.target], self.visit(node.value), lineno=node.lineno)

    def _undecorated(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        node.decorator_list = [d for d in node.decorator_list if not _is_registering(d)]
        return self.generic_visit(node)


def _global_names(node: Node) -> set[str]:
    """The names of its module that a definition uses when it runs."""
    bare = _Bare().visit(ast.parse(ast.unparse(node)))
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
