"""netlab: a lab for guided ablations of convolutional networks, in the terminal.

The functions below are the Python interface; nothing is imported before one is used.

>>> import netlab
>>> netlab.summarize("resnet14-ablation").cost.params
195738
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netlab.api import build, compare, load, load_weights, plan, run, summarize

__all__ = ["build", "compare", "load", "load_weights", "plan", "run", "summarize"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(importlib.import_module("netlab.api"), name)
    raise AttributeError(f"module 'netlab' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
