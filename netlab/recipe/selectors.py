"""Which rows of a network a change is about: by number, kind, name, position, or stage.

    3              the third row                  basic[2]         the second row of the kind
    basic          every row of a kind            basic[2,4]       the second and the fourth
    late           every row called that          basic[1-3]       the first to the third
    stage 2        every row of a stage           basic[odd]       the first, third, fifth …
    stage[2-3]     those of several stages        basic[every 3]   the third, sixth, ninth …

What stands in brackets may follow names too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netlab.blocks import BlockSpec
from netlab.blocks.branches import Branches
from netlab.errors import EditError, did_you_mean
from netlab.format import join_with_and, pluralize
from netlab.recipe.network import Network

Selector = str | int
"""Which rows an edit changes; `network` stands for the settings of the network itself."""

SELECTOR_PATTERN = re.compile(r"(?P<word>[^\[\]]+?)\s*(\[(?P<index>[^\[\]]*)\])?")
STAGE_PATTERN = re.compile(r"stage\s+(\d+)")
INDEX_PATTERN = re.compile(r"(?P<first>\d+)(-(?P<last>\d+))?|every\s+(?P<every>\d+)|odd|even")


def select(network: Network, where: Selector) -> tuple[int, ...]:
    """Indices (from 0) of the rows that `where` means, ascending.

    Raises `EditError` if there is none.
    """
    text = " ".join(str(where).split())
    if text.isdecimal():
        return (_row(network, int(text)),)
    if is_stage(text):
        return _rows_of_stages(network, text)
    match = SELECTOR_PATTERN.fullmatch(text)
    word = match["word"] if match else text
    rows = [row for row, spec in enumerate(network.blocks) if word in (spec.block, spec.name)]
    if not rows:
        known = {name for spec in network.blocks for name in (spec.block, spec.name) if name}
        raise EditError(f"the network has no block '{word}': {did_you_mean(word, known)}")
    if match is None or match["index"] is None:
        return tuple(rows)
    counted = f"{pluralize(len(rows), 'row')} of '{word}'"
    return tuple(rows[index] for index in _positions(word, match["index"], len(rows), counted))


def is_stage(where: Selector) -> bool:
    """Whether rows are chosen by the stages that they are in."""
    return re.match(r"\s*stage\b", str(where)) is not None


def stages(network: Network) -> tuple[int | None, ...]:
    """The stage of every row, counted from 1; heads are in none.

    A row that shrinks the map begins a stage, unless it is the first.
    """
    found: list[int | None] = []
    stage = 1
    for row, spec in enumerate(network.blocks):
        if row and _shrinks(spec):
            stage += 1
        found.append(None if spec.family == "Heads" else stage)
    return tuple(found)


def describe_selector(network: Network, where: Selector, rows: tuple[int, ...] = ()) -> str:
    """`where` in words; the numbers of its `rows` follow where it does not say them itself."""
    text = " ".join(str(where).split())
    if text.isdecimal():
        return f"row {text}"
    if text == "network" or any(spec.block == text for spec in network.blocks):
        return text
    return f"{text} ({format_rows(rows or select(network, where))})"


def format_rows(rows: tuple[int, ...]) -> str:
    """`row 2`, `rows 2, 3 and 5`, from indices that count from 0."""
    return f"row{'s' * (len(rows) > 1)} {join_with_and(row + 1 for row in rows)}"


def _row(network: Network, number: int) -> int:
    if not 1 <= number <= len(network.blocks):
        raise EditError(
            f"there is no row {number}: the network has rows 1 to {len(network.blocks)}"
        )
    return number - 1


def _rows_of_stages(network: Network, text: str) -> tuple[int, ...]:
    by_row = stages(network)
    count = max(stage for stage in (*by_row, 0) if stage is not None)
    short, match = STAGE_PATTERN.fullmatch(text), SELECTOR_PATTERN.fullmatch(text)
    index = short[1] if short else match["index"] if match and match["word"] == "stage" else None
    if index is None:
        raise EditError(f"'{text}': write which stage, such as 'stage 2' or 'stage[1-2]'")
    if not count:
        raise EditError("the network has no stage: it is a head alone")
    chosen = {stage + 1 for stage in _positions("stage", index, count, pluralize(count, "stage"))}
    rows = tuple(row for row, stage in enumerate(by_row) if stage in chosen)
    if not rows:
        raise EditError(f"'{text}' selects no row: a head is in no stage")
    return rows


def _positions(word: str, index: str, count: int, counted: str) -> list[int]:
    """Positions (from 0) of `count` that `index` means; `counted` says what is counted."""
    parts = [part.strip() for part in index.split(",")]
    found = {at for part in parts for at in _positions_of_part(word, part, count, counted)}
    if not found:
        raise EditError(f"the network has {counted}, so {word}[{index}] selects none")
    return sorted(found)


def _positions_of_part(word: str, part: str, count: int, counted: str) -> Iterator[int]:
    match = INDEX_PATTERN.fullmatch(part)
    if match is None or match["every"] == "0" or len(part) > 20:
        raise EditError(
            f"'{word}[{part[:40]}]': write positions such as [2], [2,4], [1-3], [odd], [even] "
            "or [every 3]"
        )
    if match["first"] is None:
        step = int(match["every"] or 2)
        yield from range(0 if part == "odd" else step - 1, count, step)
        return
    first, last = int(match["first"]), int(match["last"] or match["first"])
    for number in (first, last):
        if not 1 <= number <= count:
            raise EditError(f"the network has {counted}, so no {word}[{number}]")
    if last < first:
        raise EditError(f"'{word}[{part}]': a range goes up, such as [{last}-{first}]")
    yield from range(first - 1, last)


def _shrinks(spec: BlockSpec) -> bool:
    if isinstance(spec, Branches):
        return any(_shrinks(inner) for branch in spec.branches for inner in branch.blocks)
    return int(getattr(spec, "stride", 1)) > 1
