"""Labels, each with a text at its right that is wrapped in its own column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text
from textual.geometry import Size
from textual.widget import Widget

Definition = tuple[str, str]
"""A label and its text. With an empty label, the text continues the line before."""


@dataclass(frozen=True)
class DefinitionBlock:
    """A title, a short text after it, and labelled lines below."""

    title: str = ""
    about: str = ""
    lines: tuple[Definition, ...] = ()

    @property
    def plain(self) -> str:
        heads = [f"{self.title}: {self.about}" if self.title and self.about else self.title]
        return "\n".join([*filter(None, heads), *(f"{label} {text}" for label, text in self.lines)])


class DefinitionList(Widget):
    """Blocks one below the other, wrapped to the width of the widget."""

    DEFAULT_CSS = """
    DefinitionList { width: 1fr; height: auto; }
    """

    def __init__(
        self,
        indent: int,
        *,
        apart: bool = False,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._spaced = apart
        """Whether there is an empty line between blocks."""
        self._label_width = indent
        self._blocks: tuple[DefinitionBlock, ...] = ()

    @property
    def plain(self) -> str:
        return "\n".join(block.plain for block in self._blocks)

    def show(self, blocks: Sequence[DefinitionBlock]) -> bool:
        """Show these blocks. Returns False if they are shown already."""
        if tuple(blocks) == self._blocks:
            return False
        self._blocks = tuple(blocks)
        self.refresh(layout=True)
        return True

    def render(self) -> Text:
        return self._wrapped(self.content_size.width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return self._wrapped(width).plain.count("\n") + 1

    def _wrapped(self, width: int) -> Text:
        lines: list[Text] = []
        for block in self._blocks:
            if lines and self._spaced:
                lines.append(Text())
            lines += self._block(block, max(1, width))
        return Text("\n", end="").join(lines)

    def _block(self, block: DefinitionBlock, width: int) -> Iterator[Text]:
        if block.title:
            title = Text(block.title, "bold")
            if block.about:
                title.append(f": {block.about}", "not bold")
            yield from _lines(self.app.console, title, width)
        indent = min(self._label_width, width // 2)
        for label, text in block.lines:
            for number, line in enumerate(_lines(self.app.console, Text(text), width - indent)):
                head = "" if number else label
                yield Text.assemble((head.ljust(indent), "dim"), line)


def _lines(console: Console, text: Text, width: int) -> list[Text]:
    found = list(text.wrap(console, width))
    for line in found:
        line.rstrip()
    return found or [Text()]
