"""Follows a guide from its question to its verdict in the real app, and takes pictures.

    make tour        or        python docs/guided.py

As docs/tour.py does: without a terminal, in a temporary folder, with the real analyser and real
workers. The short form of the guide trains eight small networks on images that come with netlab,
some minutes on two CPU cores. The pictures are those of docs/guides.md.
"""

from __future__ import annotations

from pathlib import Path

from tour import SIZES, Tour, in_empty_folder

from tui.app import NetlabApp
from tui.guide.guide_page import GuidePage
from tui.guide.screen import GuidesScreen
from tui.train.screen import TrainScreen

GUIDE = "linear-bottleneck"
REASON = "the narrow map has nothing to spare"


async def choose(at: Tour) -> GuidesScreen:
    """The list, and the page of one guide with its costs and its time."""
    await at.press("5")
    await at.until(lambda: isinstance(at.app.screen, GuidesScreen))
    screen = at.app.screen
    assert isinstance(screen, GuidesScreen)
    await at.until(lambda: len(screen.library.statuses) > 30 and screen.time_text)
    await at.press("slash")
    await at.type("bottleneck")
    await at.shoot("guide-1-list")
    await at.press("enter")
    page = screen.query_one(GuidePage)
    await at.until(lambda: page.shown_guide == GUIDE and screen.time_text)
    await at.until(lambda: all(one.figures for one in screen.opened.networks))
    await at.shoot("guide-2-question")
    return screen


async def expect(at: Tour, screen: GuidesScreen) -> None:
    """A prediction, with a reason."""
    await at.press("down", "y", "w")
    await at.type(REASON)
    await at.press("enter")
    await at.until(
        lambda: (
            screen.opened.status and screen.opened.status.own_words and not screen.opened.pending
        )
    )
    await at.shoot("guide-3-prediction")


async def train(at: Tour) -> None:
    """The runs during training."""
    await at.press("s")
    await at.until(lambda: isinstance(at.app.screen, TrainScreen))
    screen = at.app.screen
    assert isinstance(screen, TrainScreen)

    def done() -> int:
        return sum(group.counts["done"] for group in screen.selection.snapshot.groups)

    def trains() -> bool:
        rows = (row for group in screen.selection.snapshot.groups for row in group.rows)
        return any(row.state == "running" and row.epoch for row in rows)

    await at.until(lambda: done() == 5 and trains())
    await at.shoot("guide-4-train")
    await at.until(lambda: done() == 8)


async def judge(at: Tour, screen: GuidesScreen) -> None:
    """The verdict beside the prediction."""
    await at.press("5")

    def judged() -> bool:
        outcomes = screen.opened.status.outcomes if screen.opened.status else ()
        kinds = [one.verdict.kind for one in outcomes if one.verdict]
        return len(kinds) == 2 and "not run" not in kinds

    await at.until(judged)
    await at.until(lambda: not screen.opened.pending)
    at.app.clear_notifications()
    await at.press("up", "down", "down")
    await at.shoot("guide-5-verdict")


async def guided() -> None:
    """The whole guide."""
    app = NetlabApp(Path("lab.db"))
    async with app.run_test(size=SIZES[0], notifications=True) as pilot:
        at = Tour(app, pilot)
        screen = await choose(at)
        await expect(at, screen)
        await train(at)
        await judge(at, screen)


if __name__ == "__main__":
    in_empty_folder(guided)
