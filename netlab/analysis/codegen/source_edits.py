"""Changes to a source text that keep its layout and comments."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netlab.analysis.codegen.source_module import DefinitionNode, last_line


@dataclass(frozen=True, order=True)
class SourceEdit:
    """Replace the text between two positions; lines from 1, columns in bytes, as in `ast`."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


def apply_source_edits(
    source: str, node: DefinitionNode, last: int, edits: Iterable[SourceEdit]
) -> str:
    """The source of `node`, up to line `last`, with all edits applied."""
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    for edit in sorted(edits, reverse=True):
        before = lines[edit.line - 1][: edit.column]
        after = lines[edit.end_line - 1][edit.end_column :]
        lines[edit.line - 1 : edit.end_line] = [before + edit.text.encode() + after]
        last -= edit.end_line - edit.line
    return b"".join(lines[first - 1 : last]).decode().rstrip()


def checker_comment_edits(source: str, node: DefinitionNode) -> Iterator[SourceEdit]:
    """Edits that remove comments for linters and type checkers."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        (line, column), (_, end) = token.start, token.end
        inside = node.lineno <= line <= last_line(node)
        if not inside or token.type != tokenize.COMMENT:
            continue
        if token.string.startswith(("# noqa", "# type:", "# fmt:")):
            before = token.line[:column].rstrip()
            start, stop = len(before.encode()), len(token.line[:end].encode())
            yield SourceEdit(line, start, line, stop, "")
