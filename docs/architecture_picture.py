"""Write what docs/architecture.md shows of the code: the picture of its floors, and the map.

    python docs/architecture_picture.py

Both are made from the source alone. A box of the picture is a folder, or a file at the top of a
package. It stands above all boxes that it imports, also inside functions or for types only. A line
is left out where other lines already lead from the one box to the other. A dashed line leads to
a process that is started by command, or to a module that is imported by name only when needed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise
from pathlib import Path
from statistics import fmean

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
PAGE = ROOT / "docs" / "architecture.md"
MAP_START, MAP_END = "<!-- map: written by architecture_picture.py -->\n", "<!-- end of map -->"

PACKAGES = ("tui", "netlab")
GROUND = "netlab/*.py"
"""The box of the files at the top of netlab, which everything may import."""
TOP_FILES = {"netlab": "netlab/api", "netlab.api": "netlab/api", "netlab.__main__": "netlab/cli",
             "tui": "tui/app"}  # fmt: skip
"""Files at the top of netlab that are not on the ground, and the packages' own faces."""

IMPORT_STYLE, PROCESS_STYLE = 'stroke="#8a94a6"', 'stroke="#c2410c" stroke-dasharray="5 4"'
BOX_WIDTH, BOX_HEIGHT, GAP, FLOOR_HEIGHT, MARGIN = 112, 30, 18, 78, 16

Graph = Mapping[str, AbstractSet[str]]
"""For each box the boxes that it leads to."""


def source_files() -> dict[str, Path]:
    """Every module of the two packages by its dotted name."""
    paths = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted(paths)
    }


def box_of(module: str) -> str:
    """The box that a module is in."""
    package, *rest = module.split(".")
    if module in TOP_FILES:
        return TOP_FILES[module]
    return f"{package}/{rest[0]}" if package == "tui" or is_folder(package, rest[0]) else GROUND


def is_folder(package: str, name: str) -> bool:
    """Whether a part of a package is a folder, not a file."""
    return (ROOT / package / name).is_dir()


def imported(tree: ast.Module, known: Mapping[str, Path]) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names = [f"{module}.{alias.name}" for alias in node.names]
            yield from (name if name in known else module for name in names if module in known)


def started(tree: ast.Module, known: Mapping[str, Path]) -> Iterator[str]:
    """The modules that a file starts as a process, or imports by name only when it needs them."""
    for node in ast.walk(tree):
        words: list[ast.expr] = []
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("python_command", "import_module")
        ):
            words = node.args[:1]
        elif isinstance(node, ast.Tuple):  # sys.executable, "-m", "the.module"
            words = [after for flag, after in pairwise(node.elts) if ast.unparse(flag) == "'-m'"]
        for word in words:
            name = str(word.value) if isinstance(word, ast.Constant) else ""
            yield from [m for m in (f"{name}.__main__", name) if m in known][:1]


def graphs() -> tuple[Graph, Graph]:
    """What each box imports, and which it starts as a process."""
    known = source_files()
    imports: dict[str, set[str]] = {box_of(name): set() for name in known}
    processes: dict[str, set[str]] = {box: set() for box in imports}
    for name, path in known.items():
        box, tree = box_of(name), ast.parse(path.read_text(encoding="utf-8"))
        imports[box] |= {box_of(target) for target in imported(tree, known)} - {box}
        processes[box] |= {box_of(target) for target in started(tree, known)} - {box}
    return imports, processes


def reachable(graph: Graph, start: str) -> set[str]:
    """All boxes that lines lead to from a box."""
    found: set[str] = set()
    waiting = [*graph[start]]
    while waiting:
        box = waiting.pop()
        if box not in found:
            found.add(box)
            waiting += graph[box]
    return found


def without_shortcuts(graph: Graph) -> Graph:
    """The graph without lines that other lines make needless. Raises `ValueError` for a circle."""
    far = {box: reachable(graph, box) for box in graph}
    circles = sorted(box for box, boxes in far.items() if box in boxes)
    if circles:
        raise ValueError(f"these import each other in a circle: {', '.join(circles)}")
    return {box: {t for t in to if not any(t in far[other] for other in to)}
            for box, to in graph.items()}  # fmt: skip


def floors(graph: Graph) -> dict[str, int]:
    """The floor of each box, from 0: one above the highest that it leads to."""
    found: dict[str, int] = {}

    def measure(box: str) -> int:
        if box not in found:
            found[box] = 1 + max((measure(target) for target in graph[box]), default=-1)
        return found[box]

    return {box: measure(box) for box in sorted(graph)}


def columns(graph: Graph, floor: Mapping[str, int]) -> tuple[dict[str, float], float]:
    """Where each box stands across, and the width of all: tui on the left, netlab on the right.

    Boxes of a floor are put in the order of the boxes that they are joined to, so that few lines
    cross.
    """
    sides = {package: [box for box in floor if box.startswith(package)] for package in PACKAGES}
    at: dict[str, float] = {}
    start = 0.0
    for boxes in sides.values():
        rows = [[box for box in boxes if floor[box] == n] for n in range(max(floor.values()) + 1)]
        most = max(map(len, rows))
        joined = {a: [b for b in boxes if b in graph[a] or a in graph[b]] for a in boxes}
        for _ in range(8):
            for row in rows:
                at |= {box: start + most * (n + 0.5) / len(row) for n, box in enumerate(row)}
            for row in rows:
                row.sort(key=lambda box: fmean([at[other] for other in joined[box]] or [at[box]]))
        start += most
    return at, start


def picture() -> str:
    """The SVG."""
    imports, processes = graphs()
    lines = without_shortcuts(imports)
    floor = floors(lines)
    across, most = columns(lines, floor)
    width = round(most * (BOX_WIDTH + GAP) + MARGIN)
    height = max(floor.values()) * FLOOR_HEIGHT + BOX_HEIGHT + 2 * MARGIN
    feet = {
        box: (
            round(MARGIN / 2 + across[box] * (BOX_WIDTH + GAP)),
            height - MARGIN - floor[box] * FLOOR_HEIGHT,
        )
        for box in floor
    }
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">'
        ),
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for graph, style in ((lines, IMPORT_STYLE), (processes, PROCESS_STYLE)):
        edges = [(box, target) for box, targets in graph.items() for target in targets]
        parts += [line(feet[box], feet[target], style) for box, target in sorted(edges)]
    for box, (x, foot) in sorted(feet.items()):
        fill = "#dbeafe" if box.startswith("tui") else "#ecfccb"
        parts.append(
            f'<rect x="{x - BOX_WIDTH // 2}" y="{foot - BOX_HEIGHT}" width="{BOX_WIDTH}" '
            f'height="{BOX_HEIGHT}" rx="4" fill="{fill}" stroke="#475569"/>'
            f'<text x="{x}" y="{foot - 10}" text-anchor="middle" fill="#0f172a">{box}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def line(start: tuple[int, int], end: tuple[int, int], style: str) -> str:
    """A curve between two boxes, given by the middles of their feet."""
    (x, y), (end_x, end_y) = start, end
    if end_y > y:
        end_y -= BOX_HEIGHT
    else:
        y -= BOX_HEIGHT
    bend = (y + end_y) // 2
    return f'<path d="M{x} {y}C{x} {bend} {end_x} {bend} {end_x} {end_y}" fill="none" {style}/>'


def code_map() -> str:
    """The table of all folders: what lives there, and its files."""
    known = source_files()
    lines = ["| folder | what lives there | files |", "| :-- | :-- | :-- |"]
    for name, path in known.items():
        if path.name == "__init__.py":
            face = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            files = (file.stem for file in sorted(path.parent.glob("*.py")))
            names = ", ".join(file for file in files if not file.startswith("__"))
            lines.append(f"| `{name.replace('.', '/')}/` | {face.splitlines()[0]} | {names} |")
    return "\n".join([*lines, ""])


def page(text: str) -> str:
    """The page with the map of today."""
    pattern = re.compile(f"{re.escape(MAP_START)}.*?{re.escape(MAP_END)}", re.DOTALL)
    return pattern.sub(lambda _: f"{MAP_START}{code_map()}{MAP_END}", text)


def main() -> None:
    """Write the picture, and the map into the page."""
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
