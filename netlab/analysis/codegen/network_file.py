"""A network as a standalone PyTorch file, which needs torch and nothing of netlab.

The file holds the source of the modules that the network uses, and `build()` with the fields of
its blocks. The `state_dict` has the same names in the same order as netlab's own.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netlab.analysis.codegen.block_calls import (
    INITIALISED_NAME,
    BlockCall,
    CallWriter,
    InitSettings,
    qualified_name,
    row_init_settings,
    unroll_calls,
    with_nested,
)
from netlab.analysis.codegen.definitions import SPEC_NAME, SourceDefinition, collect_definitions
from netlab.analysis.codegen.expressions import call, format_expression, literal
from netlab.analysis.codegen.source_module import Import, QualifiedName
from netlab.analysis.network_analysis import Analysis, RowAnalysis
from netlab.blocks import Shape
from netlab.format import format_shape
from netlab.modules.initial import initialise

HEADER_TEMPLATE = '''\
"""{name}: `build()` makes the network.

Input {input}, output {output}; {params:,} parameters;
{macs:,} multiply-accumulates for one image: convolution and linear layers, without bias.
"""

from __future__ import annotations
'''

SPEC_CLASS_SOURCE = f'''\
class {SPEC_NAME}(SimpleNamespace):
    """What a block is told: its fields by name."""'''

INITIALISED_SOURCE = f'''\
def {INITIALISED_NAME}(module: nn.Module, init: str, norm_eps: float) -> nn.Module:
    """`module` itself, initialised."""
    initialise(module, init, norm_eps)
    return module'''

MAIN_TEMPLATE = """\
if __name__ == "__main__":
    network = build().eval()
    with torch.no_grad():
        output = network(torch.randn(1, {shape}))
    parameters = sum(parameter.numel() for parameter in network.parameters())
    print(f"output {{tuple(output.shape)}}, {{parameters:,}} parameters")"""

BASE_IMPORTS = (
    Import("types", "SimpleNamespace", "SimpleNamespace"),
    Import("torch", None, "torch"),
    Import("torch", "nn", "nn"),
)
PARTIAL_IMPORT = Import("functools", "partial", "partial")


@dataclass(frozen=True)
class RowCode:
    """One row of the network: its comment, its blocks, and how they are initialised."""

    comment: str
    calls: tuple[BlockCall, ...]
    init: InitSettings | None


def write_code(analysis: Analysis, name: str) -> str:
    """The network of `analysis` as the text of a Python file with `name` in its header."""
    rows = [row_code(analysis, row) for row in analysis.rows]
    outer = [call_ for row in rows for call_ in row.calls]
    calls = list(with_nested(outer))
    inner_settings = any(call_.init_settings() for call_ in calls if call_ not in outer)
    definitions = definitions_for(calls)
    writer = CallWriter(outer)
    own = (*BASE_IMPORTS, PARTIAL_IMPORT) if any(writer.shared_specs()) else BASE_IMPORTS
    sections = [
        "\n".join(import_lines([*own, *(one for d in definitions for one in d.imports)])),
        SPEC_CLASS_SOURCE,
        *definition_sections(definitions),
        *([INITIALISED_SOURCE] if inner_settings else ()),
        "\n".join(build_function(analysis, rows, writer)),
        MAIN_TEMPLATE.format(shape=", ".join(map(str, analysis.network.input))),
    ]
    return header(analysis, name) + "\n" + "\n\n\n".join(sections) + "\n"


def header(analysis: Analysis, name: str) -> str:
    """The docstring of the file: shapes and cost of the network."""
    return HEADER_TEMPLATE.format(
        name=name,
        input=format_shape(analysis.network.input),
        output=format_shape(analysis.output),
        params=analysis.cost.params,
        macs=analysis.cost.macs,
    )


def row_code(analysis: Analysis, row: RowAnalysis) -> RowCode:
    """The code of one row; a row with repeats has several calls."""
    calls = unroll_calls(analysis.network.resolved(row.spec), row.in_shape)
    times = f" ×{len(calls)}" if len(calls) > 1 else ""
    comment = f"# {row.number}: {row.spec.block}{times} → {format_shape(row.out_shape)}"
    return RowCode(comment, tuple(calls), row_init_settings(calls))


def definitions_for(calls: Iterable[BlockCall]) -> list[SourceDefinition]:
    """All definitions that `calls` need, in an order that Python accepts."""
    names = [qualified_name(call_.module) for call_ in calls]
    if any(call_.init_settings() for call_ in calls):
        names.append(QualifiedName(initialise.__module__, initialise.__name__))
    return collect_definitions(names)


def import_lines(imports: Iterable[Import]) -> Iterator[str]:
    """Import statements: the standard library's, a blank line, then the others."""
    found = set(imports)
    standard = {one for one in found if one.module.split(".")[0] in sys.stdlib_module_names}
    for group in (standard, found - standard):
        yield from sorted(f"import {one.clause}" for one in group if one.original is None)
        named = sorted((one.module, one.clause) for one in group if one.original is not None)
        for module, clauses in itertools.groupby(named, key=lambda pair: pair[0]):
            yield f"from {module} import {', '.join(clause for _module, clause in clauses)}"
        if group is standard:
            yield ""


def definition_sections(definitions: Iterable[SourceDefinition]) -> Iterator[str]:
    """Definitions as sections of the file; neighbouring constants share a section."""
    for constant, group in itertools.groupby(definitions, key=lambda found: found.is_constant):
        texts = [found.text for found in group]
        yield from ["\n".join(texts)] if constant else texts


def build_function(analysis: Analysis, rows: list[RowCode], writer: CallWriter) -> Iterator[str]:
    """The lines of `build()`."""
    shapes = f"{batch_text(analysis.network.input)} → {batch_text(analysis.output)}"
    yield "def build() -> nn.Sequential:"
    yield f'    """The network, with fresh weights: {shapes}."""'
    for name, expression in writer.shared_specs():
        yield f"    {name} = {format_expression(expression, 4, before=len(name) + 3)}"
    settings = list(initialisations(rows))
    yield f"    {'network =' if settings else 'return'} nn.Sequential("
    for row in rows:
        yield f"        {row.comment}"
        yield f"        {format_expression(writer.write_row(row.calls), 8, after=1)},"
    yield "    )"
    yield from settings
    if settings:
        yield "    return network"


def initialisations(rows: list[RowCode]) -> Iterator[str]:
    """Calls of `initialise` for the rows that need it; neighbours share a call."""
    start = 0
    for setting, group in itertools.groupby(row.init for row in rows):
        stop = start + len(list(group))
        if setting is not None:
            modules = f"network[{start}:{stop}]"
            yield f"    {format_expression(call('initialise', modules, *map(literal, setting)), 4)}"
        start = stop


def batch_text(shape: Shape) -> str:
    """`(N, 3, 32, 32)`."""
    return f"(N, {', '.join(map(str, shape))})"
