"""Handlers are found by name: one that matches no message would never be called, and say nothing."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import TypeVar

from textual import events
from textual.message import Message
from textual.message_pump import MessagePump

import tui

Parent = TypeVar("Parent")

IS_NO_MESSAGE = {"on_event"}


def test_every_handler_handles_a_message() -> None:
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        importlib.import_module(module.name)
    named = {message.handler_name for message in subclasses(Message)}
    assert "on_key" in named
    assert events.Key.handler_name in named
    unheard = {
        f"{pump.__module__}.{pump.__name__}.{name}"
        for pump in subclasses(MessagePump)
        if pump.__module__.startswith("tui.")
        for name, _ in inspect.getmembers(pump, inspect.isfunction)
        if name.startswith("on_") and name not in named | IS_NO_MESSAGE
    }
    assert not unheard


def subclasses(of: type[Parent]) -> Iterator[type[Parent]]:
    for one in of.__subclasses__():
        yield one
        yield from subclasses(one)
