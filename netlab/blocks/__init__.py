"""Block specs by family. All modules of this package are imported automatically: a new file is enough."""

from __future__ import annotations

import importlib
import pkgutil

from netlab.blocks.base import BlockSpec, registry
from netlab.blocks.types import Problem, Shape

for _found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_found.name}")

KINDS: dict[str, type[BlockSpec]] = registry()
"""Every kind of block by its name in a recipe."""

__all__ = ["KINDS", "BlockSpec", "Problem", "Shape"]
