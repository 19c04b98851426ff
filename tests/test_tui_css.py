"""The styles of the app name widgets that exist: a wrong type selector styles nothing, silently."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from textual.dom import DOMNode

import tui


def node_classes(base: type[DOMNode] = DOMNode) -> Iterator[type[DOMNode]]:
    """All classes of widgets, screens and apps that are loaded."""
    for child in base.__subclasses__():
        yield child
        yield from node_classes(child)


def styled_classes() -> list[type[DOMNode]]:
    """The classes of the app that have styles of their own."""
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        importlib.import_module(module.name)
    return sorted(
        {
            cls
            for cls in node_classes()
            if cls.__module__.startswith("tui.") and {"CSS", "DEFAULT_CSS"} & vars(cls).keys()
        },
        key=lambda cls: cls.__qualname__,
    )


@pytest.mark.parametrize("cls", styled_classes(), ids=lambda cls: cls.__qualname__)
def test_type_selectors_name_widgets(cls: type[DOMNode]) -> None:
    css = str(vars(cls).get("CSS", "")) + str(vars(cls).get("DEFAULT_CSS", ""))
    # Declarations and comments go; pseudo classes, ids and classes begin with a sign.
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}|[a-z-]+:[^;{}&]*;", " ", css, flags=re.DOTALL)
    named = set(re.findall(r"(?<![\w.#:$-])[A-Z]\w+", selectors))
    known = {node.__name__ for node in node_classes()}
    assert named <= known, sorted(named - known)
