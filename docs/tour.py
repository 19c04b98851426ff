"""Walks through docs/first-steps.md in the real app and takes its pictures.

    make tour        or        python docs/tour.py [--only-welcome]

The app runs without a terminal, in a temporary folder, with the real analyser and real workers:
the demo study and a change of your own are trained on built-in images, some
minutes on two CPU cores. Each step is drawn at 80 × 24 and at 160 × 45 into docs/images/, and the
table that the last step copies is written beside them.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when textual is imported

from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Input

from tui.ablate.screen import AblateScreen
from tui.app import NetlabApp
from tui.compare.comparison_table import ComparisonTable
from tui.compare.screen import CompareScreen
from tui.tour.welcome import Welcome
from tui.train.screen import TrainScreen

IMAGES = Path(__file__).resolve().parent / "images"
SIZES = ((80, 24), (160, 45))
TIMEOUT_S = 3600.0
"""The longest wait for any condition; training takes the longest."""


CELL_WIDTH_PX = 12.2
"""Width of a cell in Textual's pictures."""
TEXT = re.compile(
    r'<text class="([^"]+)" x="([^"]+)" y="([^"]+)" textLength="[^"]+" clip-path="([^"]+)">'
    r"([^<]*)</text>"
)
WORDS = re.compile("[^\xa0]+(?:\xa0[^\xa0]+)*")


def pin_text_positions(svg: str) -> str:
    """The picture with a position for each group of words.

    Textual draws gaps as spaces. Some viewers make these narrower, so that columns do not line up.
    """

    def apart(match: re.Match[str]) -> str:
        style, x, y, clip, content = match.groups()
        line = html.unescape(content)
        parts = []
        for words in WORDS.finditer(line):
            left = float(x) + CELL_WIDTH_PX * cell_len(line[: words.start()])
            text = html.escape(words[0]).replace("\xa0", "&#160;")
            parts.append(
                f'<text class="{style}" x="{left:.5g}" y="{y}" '
                f'textLength="{CELL_WIDTH_PX * cell_len(words[0]):.5g}" clip-path="{clip}">{text}</text>'
            )
        return "".join(parts)

    return TEXT.sub(apart, svg)


class Tour:
    """Presses keys like a person, and takes pictures."""

    def __init__(self, app: NetlabApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys, and give the app time to react."""
        await self.pilot.press(*keys)
        await self.pilot.pause(0.2)

    async def type(self, text: str) -> None:
        """Type into the field that has the focus."""
        await self.press(*("space" if letter == " " else letter for letter in text))

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until `holds()` is true."""
        deadline = time.monotonic() + TIMEOUT_S
        while not holds():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{holds} did not come true")
            await self.pilot.pause(0.1)

    async def shoot(self, name: str) -> None:
        """Save a picture of the screen at each size."""
        for width, height in SIZES:
            await self.pilot.resize_terminal(width, height)
            await self.pilot.pause(0.5)
            svg = pin_text_positions(self.app.export_screenshot(title="netlab", simplify=True))
            file = IMAGES / f"{name}-{width}x{height}.svg"
            file.write_text(svg, encoding="utf-8")
            sys.stderr.write(f"{file.name}: {len(svg) // 1000} kB\n")
        await self.pilot.resize_terminal(*SIZES[0])
        await self.pilot.pause(0.2)


async def begin(at: Tour) -> None:
    """The welcome page, the demo in Compose, and a change of a block with its cost."""
    app = at.app
    await at.until(lambda: isinstance(app.screen, Welcome) and app.costs is not None)
    await at.shoot("1-welcome")
    await at.press("enter")
    await at.until(lambda: app.study.name == "demo")
    await at.until(lambda: app.costs and app.costs.network == app.document.network)
    await at.shoot("2-compose")
    await at.press("down", "down", "down", "enter", "enter")
    await at.type("48")
    await at.press("enter")
    await at.until(lambda: app.document.changed)
    await at.until(lambda: app.costs and app.costs.network == app.document.network)
    await at.shoot("3-change")


async def plan(at: Tour) -> None:
    """The change becomes a variant beside those of the demo; the study is saved and started."""
    app = at.app
    await at.press("2")
    await at.until(lambda: isinstance(app.screen, AblateScreen))
    await at.press("r")
    await at.until(lambda: app.screen.query("#expectation"))
    app.screen.query_one("#expectation", Input).focus()
    await at.type("a third less weights for at most one point")
    await at.shoot("4-record")
    await at.press("enter")
    screen = app.screen
    assert isinstance(screen, AblateScreen)
    await at.until(lambda: "about" in screen.time_text)
    await at.shoot("5-ablate")
    await at.press("s")
    await at.until(lambda: app.screen.query("#file"))
    await at.press("enter")


async def train(at: Tour) -> None:
    """Live curves of a finished run and of a running one."""
    app = at.app
    await at.until(
        lambda: isinstance(app.screen, TrainScreen) and app.screen.selection.snapshot.groups
    )
    screen = app.screen
    assert isinstance(screen, TrainScreen)

    def states() -> list[str]:
        return [row.state for group in screen.selection.snapshot.groups for row in group.rows]

    await at.until(
        lambda: states().count("done") == 1 and screen.selection.snapshot.groups[0].rows[1].epoch
    )
    await at.press("g", "down", "space", "down", "space")
    await at.shoot("6-train")
    await at.until(lambda: set(states()) == {"done"})


async def compare(at: Tour) -> None:
    """The table, its curves and scatter, and its markdown."""
    app = at.app
    await at.press("4")
    await at.until(lambda: isinstance(app.screen, CompareScreen))
    screen = app.screen
    assert isinstance(screen, CompareScreen)
    await at.until(lambda: screen.loader.shown is not None and screen.variant)
    await at.press("down", "down")
    await at.shoot("7-compare")
    await at.press("x")
    await at.until(lambda: not screen.query_one(ComparisonTable).loading)
    await at.shoot("8-scatter")
    await at.press("y")
    await at.until(lambda: app.clipboard)
    await at.shoot("9-markdown")
    (IMAGES / "table.md").write_text(app.clipboard, encoding="utf-8")


async def tour(*, only_welcome: bool) -> None:
    """The whole tour."""
    app = NetlabApp(Path("lab.db"), greets_newcomer=True)
    async with app.run_test(size=SIZES[0], notifications=True) as pilot:
        at = Tour(app, pilot)
        await begin(at)
        if not only_welcome:
            await plan(at)
            await train(at)
            await compare(at)


def in_empty_folder(walk: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a tour in an empty folder, with empty state, cache and settings."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="netlab-tour-") as folder:
        os.chdir(folder)
        for name in ("NETLAB_STATE", "NETLAB_CACHE"):
            os.environ[name] = str(Path(folder) / name.lower())
        os.environ["NETLAB_CONFIG"] = str(Path(folder) / "config.toml")
        asyncio.run(walk())
        os.chdir(IMAGES)


def main() -> None:
    """Take all pictures, or only the first."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--only-welcome", action="store_true", help="stop before the training")
    arguments = parser.parse_args()
    in_empty_folder(lambda: tour(only_welcome=arguments.only_welcome))


if __name__ == "__main__":
    main()
