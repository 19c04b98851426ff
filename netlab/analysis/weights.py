"""Load weights from a local file into a network, matched by name or else by order.

The parameters and buffers of netlab's networks have the order of torchvision's `state_dict()`, or
of timm's for networks that torchvision does not have. Therefore a file with torchvision's or timm's
names is copied tensor by tensor, in order; every shape is checked.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from netlab.errors import NetlabError
from netlab.format import format_shape

M = TypeVar("M", bound=nn.Module)

CHECKPOINT_KEYS = ("state_dict", "model")

BATCH_COUNTER = "num_batches_tracked"
"""A counter of batch normalisation that has no effect; files from before torch 0.4.1 lack it."""

SAVE_COMMAND = "torch.save(model.state_dict(), FILE)"


class WeightsError(NetlabError):
    """A file of weights cannot be read, or belongs to another network."""


def load_weights(model: M, path: str | Path) -> M:
    """Copy the tensors of the file at `path` into `model`, and return it.

    The file is a `state_dict` that `torch.save` wrote (also inside a checkpoint, under
    "state_dict" or "model"), or a .safetensors file. Tensors are matched by name if all names
    agree, otherwise by the order of the two `state_dict`s. Nothing in the file is executed. Raises
    `WeightsError` if the file does not fit; `model` is then unchanged.
    """
    path = Path(path)
    given, ordered = _read(path)
    expected = model.state_dict()
    if not any(name.endswith(BATCH_COUNTER) for name in given):
        expected = {name: t for name, t in expected.items() if not name.endswith(BATCH_COUNTER)}
    if set(given) == set(expected):
        given = {name: given[name] for name in expected}
    elif not ordered:
        raise WeightsError(
            f"{path}: its tensors have other names than this network's, and a .safetensors file "
            f"does not keep their order, so they cannot be matched: load the file into the network "
            f"it was made for, then write that with {SAVE_COMMAND}"
        )
    _check_shapes(path, expected, given)
    with torch.no_grad():
        for mine, theirs in zip(expected.values(), given.values(), strict=True):
            mine.copy_(theirs)
    return model


def _check_shapes(path: Path, expected: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> None:
    """Raise `WeightsError` for the first tensor without a partner of the same shape."""
    pairs = zip(expected.items(), given.items(), strict=False)
    for number, ((here, mine), (there, theirs)) in enumerate(pairs, start=1):
        if mine.shape != theirs.shape:
            raise WeightsError(
                f"{path}: tensor {number} does not fit: the network's '{here}' is {_shape(mine)}, "
                f"the file's '{there}' is {_shape(theirs)}; the file belongs to another network"
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
    """The tensors of a file by name, and whether they are in the network's order."""
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
            f"{path} is damaged, or holds more than tensors and plain values: other objects in a "
            f"pickle can run code, so netlab does not read them; write the weights alone, "
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
    return format_shape(tensor.shape) or "a single number"
