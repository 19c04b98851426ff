"""docs/architecture.md shows the code as it is; links between pages lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import architecture_picture
import pytest

ROOT = Path(__file__).parents[1]
TEXT = architecture_picture.PAGE.read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
AGAIN = "python docs/architecture_picture.py writes it again"


def test_the_picture_is_that_of_the_imports() -> None:
    assert architecture_picture.PICTURE.read_text("utf-8") == architecture_picture.picture(), AGAIN


def test_the_map_lists_every_folder_and_file() -> None:
    assert architecture_picture.page(TEXT) == TEXT, AGAIN


def test_every_path_on_the_page_exists() -> None:
    paths = re.findall(r"`((?:netlab|tui|docs|tests|recipes)/[\w./-]*)`", TEXT)
    assert len(paths) > 60
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_name_on_the_page_is_defined() -> None:
    hand_written = TEXT[: TEXT.index("## The map")]
    names = {
        part
        for name in re.findall(r"`([A-Za-z_]+(?:\.[a-z_]+)?)`", hand_written)
        for part in name.split(".")
        if re.search(r"[A-Z_]", name)
    }
    defined = {
        word
        for path in architecture_picture.source_files().values()
        for word in re.findall(
            r"(?m)^ *(?:class |def |async def )?(\w+)(?=[ :=(])", path.read_text("utf-8")
        )
    }
    assert len(names) > 40
    assert names - defined - {"action_NAME"} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_a_circle_of_imports_has_no_floors() -> None:
    with pytest.raises(ValueError, match="circle: a, b"):
        architecture_picture.without_shortcuts({"a": {"b"}, "b": {"a"}, "c": {"a"}})
