"""Loss surfaces as an SVG: one panel each, all on a common scale, with its colour bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from netlab.loss_surface import LossSurface
from netlab.report.render.loss_surface_scale import (
    LossScale,
    colour_at,
    common_scale,
    describe_surface,
)
from netlab.sanitize import sanitize

PANEL_SIZE = 320
PANEL_GAP = 40
TITLE_HEIGHT = 64
COLOUR_BAR_WIDTH = 18
CAPTION_HEIGHT = 72
PANELS_PER_ROW = 2


def loss_surface_svg(titles: Sequence[str], surfaces: Sequence[LossSurface]) -> str:
    """An SVG with a panel for each of `surfaces`, under its title."""
    scale = common_scale(surfaces)
    across = min(PANELS_PER_ROW, len(surfaces))
    rows = -(-len(surfaces) // across)
    width = across * (PANEL_SIZE + PANEL_GAP) + PANEL_GAP + COLOUR_BAR_WIDTH + 60
    height = rows * (TITLE_HEIGHT + PANEL_SIZE + CAPTION_HEIGHT) + 24
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">'
    )
    parts = [head, f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
    for index, (title, surface) in enumerate(zip(titles, surfaces, strict=True)):
        row, column = divmod(index, across)
        corner = (
            PANEL_GAP + column * (PANEL_SIZE + PANEL_GAP),
            TITLE_HEIGHT + row * (TITLE_HEIGHT + PANEL_SIZE + CAPTION_HEIGHT),
        )
        parts += _panel(corner, title, surface, scale)
    parts += _colour_bar(width - COLOUR_BAR_WIDTH - 60, scale)
    parts.append(_text(PANEL_GAP, height - 12, _method(surfaces[0]), size=11))
    return "\n".join([*parts, "</svg>", ""])


def _panel(
    corner: tuple[float, float], title: str, surface: LossSurface, scale: LossScale
) -> Iterator[str]:
    left, top = corner
    yield _text(left, top - 16, title, size=15, weight="bold")
    points = surface.settings.points
    size = PANEL_SIZE / points
    for row, losses in enumerate(surface.losses):
        y = top + (points - 1 - row) * size
        for column, loss in enumerate(losses):
            fill = "#{:02x}{:02x}{:02x}".format(*colour_at(scale.height(loss)))
            yield (
                f'<rect x="{left + column * size:.2f}" y="{y:.2f}" width="{size + 0.3:.2f}" '
                f'height="{size + 0.3:.2f}" fill="{fill}"/>'
            )
    middle_x, middle_y = left + PANEL_SIZE / 2, top + PANEL_SIZE / 2
    yield (
        f'<path d="M{middle_x - 6} {middle_y}h12M{middle_x} {middle_y - 6}v12" '
        'stroke="#ffffff" stroke-width="2"/>'
    )
    for line, text in enumerate(describe_surface(surface)):
        yield _text(left, top + PANEL_SIZE + 20 + 16 * line, text)


def _colour_bar(left: float, scale: LossScale) -> Iterator[str]:
    steps = 64
    size = PANEL_SIZE / steps
    for step in range(steps):
        fill = "#{:02x}{:02x}{:02x}".format(*colour_at(step / (steps - 1)))
        yield (
            f'<rect x="{left}" y="{TITLE_HEIGHT + PANEL_SIZE - (step + 1) * size:.2f}" width="{COLOUR_BAR_WIDTH}" '
            f'height="{size + 0.3:.2f}" fill="{fill}"/>'
        )
    for height in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield _text(
            left + COLOUR_BAR_WIDTH + 6,
            TITLE_HEIGHT + PANEL_SIZE * (1 - height) + 4,
            f"{scale.loss(height):.2f}",
        )
    yield _text(left - 4, TITLE_HEIGHT - 16, "loss, log scale", size=11)


def _method(surface: LossSurface) -> str:
    settings = surface.settings
    return (
        f"Cross-entropy on {surface.images:,} training images, ±{settings.extent:g} filter norms "
        "along two random directions (Li et al., 2018); + marks the trained weights."
    )


def _text(x: float, y: float, text: str, *, size: int = 12, weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" '
        f'fill="#222222">{escape(sanitize(text))}</text>'
    )
