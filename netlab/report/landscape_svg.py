"""Loss surfaces as a picture: one panel each, all on one scale, which stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from netlab.report.landscape import Scale, colour, in_words, one_scale
from netlab.report.plain import plain
from netlab.surfaces import Surface

SIDE = 320
GAP = 40
TOP = 64
BAR = 18
WORDS = 72
"""Height of what is said below a panel."""
ACROSS = 2
"""Panels side by side before the next row."""


def landscape_svg(titles: Sequence[str], surfaces: Sequence[Surface]) -> str:
    """An SVG with a panel for each of `surfaces`, under its title."""
    scale = one_scale(surfaces)
    across = min(ACROSS, len(surfaces))
    rows = -(-len(surfaces) // across)
    width = across * (SIDE + GAP) + GAP + BAR + 60
    height = rows * (TOP + SIDE + WORDS) + 24
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">'
    )
    parts = [
        head,
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for place, (title, surface) in enumerate(zip(titles, surfaces, strict=True)):
        row, column = divmod(place, across)
        corner = (GAP + column * (SIDE + GAP), TOP + row * (TOP + SIDE + WORDS))
        parts += _panel(corner, title, surface, scale)
    parts += _bar(width - BAR - 60, scale)
    parts.append(_text(GAP, height - 12, _method(surfaces[0]), size=11))
    return "\n".join([*parts, "</svg>", ""])


def _panel(
    corner: tuple[float, float], title: str, surface: Surface, scale: Scale
) -> Iterator[str]:
    left, top = corner
    yield _text(left, top - 16, title, size=15, weight="bold")
    points = surface.settings.points
    size = SIDE / points
    for row, losses in enumerate(surface.losses):
        y = top + (points - 1 - row) * size
        for column, loss in enumerate(losses):
            fill = "#{:02x}{:02x}{:02x}".format(*colour(scale.height(loss)))
            yield (
                f'<rect x="{left + column * size:.2f}" y="{y:.2f}" width="{size + 0.3:.2f}" '
                f'height="{size + 0.3:.2f}" fill="{fill}"/>'
            )
    middle_x, middle_y = left + SIDE / 2, top + SIDE / 2
    yield (
        f'<path d="M{middle_x - 6} {middle_y}h12M{middle_x} {middle_y - 6}v12" '
        'stroke="#ffffff" stroke-width="2"/>'
    )
    for line, words in enumerate(in_words(surface)):
        yield _text(left, top + SIDE + 20 + 16 * line, words)


def _bar(left: float, scale: Scale) -> Iterator[str]:
    steps = 64
    size = SIDE / steps
    for step in range(steps):
        fill = "#{:02x}{:02x}{:02x}".format(*colour(step / (steps - 1)))
        yield (
            f'<rect x="{left}" y="{TOP + SIDE - (step + 1) * size:.2f}" width="{BAR}" '
            f'height="{size + 0.3:.2f}" fill="{fill}"/>'
        )
    for height in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield _text(left + BAR + 6, TOP + SIDE * (1 - height) + 4, f"{scale.loss(height):.2f}")
    yield _text(left - 4, TOP - 16, "loss, log scale", size=11)


def _method(surface: Surface) -> str:
    settings = surface.settings
    return (
        f"Cross-entropy on {surface.images:,} training images, ±{settings.extent:g} filter norms "
        "along two random directions (Li et al., 2018); + marks the trained weights."
    )


def _text(x: float, y: float, text: str, *, size: int = 12, weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" '
        f'fill="#222222">{escape(plain(text))}</text>'
    )
