"""Weights from a local file into a network, matched by name or else by order.

Networks of netlab have their parameters and buffers in the order in which torchvision (or, where
only that has the network, timm) has them in `state_dict()`. So a file of theirs, with names that
netlab does not have, is copied over one tensor after the other, each checked for its shape.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from netlab.errors import NetlabError

M = TypeVar("M", bound=nn.Module)

CHECKPOINT_KEYS = ("state_dict", "model")
"""Names under which checkpoints keep the weights, beside what else they hold."""

BATCH_COUNTER = "num_batches_tracked"
"""A counter of batch normalisation, which files from before torch 0.4.1 lack; it weighs nothing."""

SAVE_COMMAND = "torch.save(model.state_dict(), FILE)"


class WeightsError(NetlabError):
    """A file of weights that cannot be read, or that is of another network."""


def load_weights(model: M, path: str | Path) -> M:
    """Copy the tensors of the file at `path` into `model`, and return it.

    The file is one that `torch.save` wrote of a `state_dict` (also inside a checkpoint, under
    "state_dict" or "model"), or a .safetensors file. Tensors are matched by name where all names
    agree, else in order of the two `state_dict`s. Nothing in the file is ever executed. Raises
    `WeightsError`, with `model` as it was, where the two do not fit together.
    """
    path = Path(path)
    given, ordered = _read(path)
    wanted = model.state_dict()
    if not any(name.endswith(BATCH_COUNTER) for name in given):
        wanted = {name: t for name, t in wanted.items() if not name.endswith(BATCH_COUNTER)}
    if set(given) == set(wanted):
        given = {name: given[name] for name in wanted}
    elif not ordered:
        raise WeightsError(
            f"{path}: the names of its tensors are not those of this network, and a .safetensors "
            f"file does not keep their order, so that they cannot be matched: load the file into "
            f"the network that it was made for, and write that with {SAVE_COMMAND}"
        )
    _check_shapes(path, wanted, given)
    with torch.no_grad():
        for mine, theirs in zip(wanted.values(), given.values(), strict=True):
            mine.copy_(theirs)
    return model


def _check_shapes(path: Path, expected: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> None:
    """Every tensor has its partner of the same shape. Raises `WeightsError` at the first without."""
    pairs = zip(expected.items(), given.items(), strict=False)
    for number, ((here, mine), (there, theirs)) in enumerate(pairs, start=1):
        if mine.shape != theirs.shape:
            raise WeightsError(
                f"{path}: tensor {number} does not fit: the network's '{here}' is {_shape(mine)}, "
                f"the file's '{there}' is {_shape(theirs)}; the file is of another network"
            )
    if len(expected) == len(given):
        return
    longer, whose = (expected, "network") if len(expected) > len(given) else (given, "file")
    first = list(longer)[min(len(expected), len(given))]
    raise WeightsError(
        f"{path}: the file has {len(given)} tensors, the network {len(expected)}: the first without "
        f"a partner is the {whose}'s '{first}' ({_shape(longer[first])})"
    )


def _read(path: Path) -> tuple[dict[str, Tensor], bool]:
    """The tensors of a file by name, and whether they are in the order of their network."""
    if not path.is_file():
        raise WeightsError(f"{path}: no such file")
    safe = path.suffix == ".safetensors"
    try:
        return (_read_safetensors(path), False) if safe else (_read_torch(path), True)
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error.strerror or error}") from None


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    try:
        from safetensors import SafetensorError
        from safetensors.torch import load_file
    except ImportError:
        raise WeightsError(
            "reading .safetensors files needs the package safetensors: "
            "pip install 'netlab[weights]'"
        ) from None
    try:
        return load_file(path)
    except SafetensorError as error:
        raise WeightsError(f"{path} is no .safetensors file: {error}") from None


def _read_torch(path: Path) -> dict[str, Tensor]:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError):
        raise WeightsError(
            f"{path} is damaged, or holds more than tensors and plain values: objects in a pickle "
            f"can run code when they are read, so they never are; write the weights alone, "
            f"with {SAVE_COMMAND}"
        ) from None
    if isinstance(content, Mapping):
        inner = (content.get(name) for name in CHECKPOINT_KEYS)
        content = next((found for found in inner if isinstance(found, Mapping)), content)
    if not isinstance(content, Mapping) or not _all_tensors(content):
        raise WeightsError(
            f"{path} holds no weights: expected names with their tensors, as {SAVE_COMMAND} writes them"
        )
    return dict(content)


def _all_tensors(content: Mapping[Any, Any]) -> bool:
    return bool(content) and all(isinstance(value, Tensor) for value in content.values())


def _shape(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape)) or "a single number"
