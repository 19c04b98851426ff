"""A network as a PyTorch file of its own, which needs torch and nothing of netlab.

The file holds the source of the modules that the network uses, the fields of its blocks, and
`build()`, whose `state_dict` has the same names in the same order as that of netlab's network.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netlab.analysis.layout import call, laid_out, literal
from netlab.analysis.network import Analysis, Row, shape_text
from netlab.analysis.source import SPEC, Definition, collect
from netlab.analysis.source_module import Import, Place
from netlab.analysis.spec_code import (
    INITIALISED,
    BlockWriter,
    Part,
    Setting,
    parts_of,
    place_of,
    setting_of,
    with_inner,
)
from netlab.blocks import Shape
from netlab.modules.initial import initialise

HEADER = '''\
"""{name}: `build()` makes the network.

Input {input}, output {output}; {params:,} parameters;
{macs:,} multiply-accumulates for one image: convolution and linear layers, without bias.
"""

from __future__ import annotations
'''

SPEC_CLASS = f'''\
class {SPEC}(SimpleNamespace):
    """What a block is told: its fields by name."""'''

INITIALISED_FUNCTION = f'''\
def {INITIALISED}(module: nn.Module, init: str, norm_eps: float) -> nn.Module:
    """`module` itself, initialised."""
    initialise(module, init, norm_eps)
    return module'''

MAIN = """\
if __name__ == "__main__":
    network = build().eval()
    with torch.no_grad():
        output = network(torch.randn(1, {shape}))
    parameters = sum(parameter.numel() for parameter in network.parameters())
    print(f"output {{tuple(output.shape)}}, {{parameters:,}} parameters")"""

ALWAYS = (
    Import("types", "SimpleNamespace", "SimpleNamespace"),
    Import("torch", None, "torch"),
    Import("torch", "nn", "nn"),
)
"""What every file imports."""
PARTIAL = Import("functools", "partial", "partial")


@dataclass(frozen=True)
class Line:
    """One row of the network: its comment, its blocks, and what is done to them once built."""

    comment: str
    parts: tuple[Part, ...]
    setting: Setting | None


def write_code(analysis: Analysis, name: str) -> str:
    """The network of `analysis` as the text of a Python file; `name` is what its header calls it."""
    lines = [line_of(analysis, row) for row in analysis.rows]
    outer = [part for line in lines for part in line.parts]
    parts = list(with_inner(outer))
    inner_settings = any(part.setting() for part in parts if part not in outer)
    definitions = definitions_for(parts)
    writer = BlockWriter(outer)
    own = (*ALWAYS, PARTIAL) if any(writer.prelude()) else ALWAYS
    sections = [
        "\n".join(import_lines([*own, *(one for d in definitions for one in d.imports)])),
        SPEC_CLASS,
        *sections_of(definitions),
        *([INITIALISED_FUNCTION] if inner_settings else ()),
        "\n".join(build_function(analysis, lines, writer)),
        MAIN.format(shape=", ".join(map(str, analysis.network.input))),
    ]
    return header(analysis, name) + "\n" + "\n\n\n".join(sections) + "\n"


def header(analysis: Analysis, name: str) -> str:
    """What the network is, and its figures."""
    return HEADER.format(
        name=name,
        input=shape_text(analysis.network.input),
        output=shape_text(analysis.output),
        params=analysis.cost.params,
        macs=analysis.cost.macs,
    )


def line_of(analysis: Analysis, row: Row) -> Line:
    """A row with its repeats, each as what it is built from."""
    parts = parts_of(analysis.network.resolved(row.spec), row.arrives)
    times = f" ×{len(parts)}" if len(parts) > 1 else ""
    comment = f"# {row.number}: {row.spec.block}{times} → {shape_text(row.leaves)}"
    return Line(comment, tuple(parts), setting_of(parts))


def definitions_for(parts: Iterable[Part]) -> list[Definition]:
    """All definitions that `parts` need, in the order in which a file can hold them."""
    wanted = [place_of(part.module) for part in parts]
    if any(part.setting() for part in parts):
        wanted.append(Place(initialise.__module__, initialise.__name__))
    return collect(wanted)


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


def sections_of(definitions: Iterable[Definition]) -> Iterator[str]:
    """Definitions as sections of the file; constants that follow one another share one."""
    for constant, group in itertools.groupby(definitions, key=lambda found: found.constant):
        texts = [found.text for found in group]
        yield from ["\n".join(texts)] if constant else texts


def build_function(analysis: Analysis, lines: list[Line], writer: BlockWriter) -> Iterator[str]:
    """The function that makes the network, one row after the other."""
    shapes = f"{batch_text(analysis.network.input)} → {batch_text(analysis.output)}"
    yield "def build() -> nn.Sequential:"
    yield f'    """The network, with fresh weights: {shapes}."""'
    for name, expression in writer.prelude():
        yield f"    {name} = {laid_out(expression, 4, before=len(name) + 3)}"
    settings = list(initialisations(lines))
    yield f"    {'network =' if settings else 'return'} nn.Sequential("
    for line in lines:
        yield f"        {line.comment}"
        yield f"        {laid_out(writer.row(line.parts), 8, after=1)},"
    yield "    )"
    yield from settings
    if settings:
        yield "    return network"


def initialisations(lines: list[Line]) -> Iterator[str]:
    """Calls of `initialise` for the rows that need it, neighbours together."""
    start = 0
    for setting, group in itertools.groupby(line.setting for line in lines):
        stop = start + len(list(group))
        if setting is not None:
            rows = f"network[{start}:{stop}]"
            yield f"    {laid_out(call('initialise', rows, *map(literal, setting)), 4)}"
        start = stop


def batch_text(shape: Shape) -> str:
    """`(N, 3, 32, 32)`."""
    return f"(N, {', '.join(map(str, shape))})"
