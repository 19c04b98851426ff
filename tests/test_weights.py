"""Weights from files into networks, and networks with their weights into ONNX."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import safetensors.torch
import torch
import torchvision
from cli_helpers import Shell
from small_networks import network, write_recipe
from torch import nn

import netlab
from netlab.analysis.weights import WeightsError
from netlab.errors import NetlabError
from netlab.modules.build import build_stack


def reference() -> nn.Module:
    """torchvision's ResNet-18, its normalisation not just 0 and 1."""
    torch.manual_seed(0)
    model: nn.Module = torchvision.models.resnet18()
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if "bn" in name and tensor.is_floating_point():
                tensor.copy_(torch.rand_like(tensor) + 0.5)
    return model.eval()


def small() -> nn.Sequential:
    """A small network of netlab."""
    stem = {"block": "conv", "channels": 4}
    return build_stack(network(stem, {"block": "classifier"}).resolved_blocks(), (3, 8, 8)).eval()


def saved(folder: Path, content: Any, name: str = "weights.pth") -> Path:
    """A file as `torch.save` writes it."""
    torch.save(content, folder / name)
    return folder / name


def test_weights_of_torchvision_load_in_order_and_give_its_outputs(tmp_path: Path) -> None:
    theirs = reference()
    file = saved(tmp_path, theirs.state_dict())
    ours = netlab.load("resnet18").build()
    assert netlab.load_weights(ours, file) is ours
    images = torch.randn(2, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(ours.eval()(images), theirs(images), rtol=0, atol=1e-5)


def test_files_without_the_counters_of_batch_normalisation_load_too(tmp_path: Path) -> None:
    state = small().state_dict()
    old = {f"old.{name}": t + 1 for name, t in state.items() if "num_batches" not in name}
    model = netlab.load_weights(small(), saved(tmp_path, old))
    for name, tensor in model.state_dict().items():
        if "num_batches" not in name:
            assert torch.equal(tensor, old[f"old.{name}"])


@pytest.mark.parametrize("wrapper", ["state_dict", "model"])
def test_the_weights_inside_a_checkpoint_are_found(tmp_path: Path, wrapper: str) -> None:
    state = {name: torch.full_like(t, 2) for name, t in small().state_dict().items()}
    model = netlab.load_weights(small(), saved(tmp_path, {"epoch": 3, wrapper: state}))
    assert all((tensor == 2).all() for tensor in model.state_dict().values())


def test_names_that_agree_count_more_than_order(tmp_path: Path) -> None:
    state = small().state_dict()
    file = saved(tmp_path, dict(reversed(list(state.items()))))
    model = netlab.load_weights(small(), file)
    assert all(torch.equal(model.state_dict()[name], tensor) for name, tensor in state.items())


def test_safetensors_load_by_name_only_for_their_order_is_lost(tmp_path: Path) -> None:
    state = small().state_dict()
    safetensors.torch.save_file(state, tmp_path / "ours.safetensors")
    model = netlab.load_weights(small(), tmp_path / "ours.safetensors")
    assert all(torch.equal(model.state_dict()[name], tensor) for name, tensor in state.items())
    other = {f"net.{name}": tensor for name, tensor in state.items()}
    safetensors.torch.save_file(other, tmp_path / "other.safetensors")
    with pytest.raises(WeightsError, match="does not keep their order"):
        netlab.load_weights(small(), tmp_path / "other.safetensors")


def test_the_first_tensor_that_does_not_fit_is_named_on_both_sides(tmp_path: Path) -> None:
    state = {f"net.{name}": tensor for name, tensor in small().state_dict().items()}
    state["net.0.1.weight"] = torch.zeros(5)
    model, file = small(), saved(tmp_path, state)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(WeightsError) as caught:
        netlab.load_weights(model, file)
    assert str(caught.value) == (
        f"{file}: tensor 2 does not fit: the network's '0.1.weight' is 4, the file's "
        "'net.0.1.weight' is 5; the file belongs to another network"
    )
    assert all(torch.equal(before[name], t) for name, t in model.state_dict().items())


def test_tensors_without_a_partner_are_named(tmp_path: Path) -> None:
    state = small().state_dict()
    more = saved(tmp_path, {**state, "fc.weight": torch.zeros(10, 3)})
    with pytest.raises(WeightsError, match=r"has 9 tensors, the network 8: .* file's 'fc.weight'"):
        netlab.load_weights(small(), more)
    less = saved(tmp_path, dict(list(state.items())[:-1]))
    with pytest.raises(WeightsError, match=r"is the network's '1.1.bias' \(10\)"):
        netlab.load_weights(small(), less)


class Trap:
    """An object whose unpickling would leave a trace."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.trace,))


def test_code_in_a_file_never_runs(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    for content in ({"weight": Trap(trace)}, small()):
        with pytest.raises(WeightsError, match="objects in a pickle can run code"):
            netlab.load_weights(small(), saved(tmp_path, content))
    assert not trace.exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("none.pth", "no such file"),
        ("text.pth", "is damaged, or holds more than tensors"),
        ("text.safetensors", "is no .safetensors file"),
        ("list.pth", "holds no weights"),
        ("empty.pth", "holds no weights"),
    ],
)
def test_files_that_hold_no_weights(tmp_path: Path, name: str, sentence: str) -> None:
    for text in ("text.pth", "text.safetensors"):
        (tmp_path / text).write_text("weights, in words", encoding="utf-8")
    saved(tmp_path, [torch.zeros(3)], "list.pth")
    saved(tmp_path, {}, "empty.pth")
    with pytest.raises(WeightsError, match=sentence):
        netlab.load_weights(small(), tmp_path / name)


def test_a_loaded_recipe_builds_and_summarizes_its_variants() -> None:
    recipe = netlab.load("resnet14-ablation")
    assert sum(p.numel() for p in recipe.build("groups-2").parameters()) == 98970
    assert recipe.summarize().cost.params == 195738
    assert netlab.build(recipe.with_overrides(seeds=[7]), "groups-2") is not None
    with pytest.raises(NetlabError, match="did you mean 'groups-2'"):
        recipe.build("group-2")


RECIPE = """\
network:
  input: [3, 12, 12]
  blocks:
    - {block: conv, channels: 8, stride: 2, activation: hardswish}
    - {block: shufflenet-v2, channels: 8}
    - {block: classifier}
"""


def scores_of(file: Path, images: torch.Tensor) -> torch.Tensor:
    """What onnxruntime makes of a file."""
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    (scores,) = session.run(["scores"], {"images": images.numpy()})
    assert isinstance(scores, np.ndarray)
    return torch.from_numpy(scores)


def test_onnx_gives_the_same_scores_for_any_number_of_images(shell: Shell) -> None:
    recipe = write_recipe(shell.folder, RECIPE)
    torch.manual_seed(5)
    model = netlab.build(recipe).eval()
    torch.save(model.state_dict(), "weights.pth")
    said = shell("export-onnx", str(recipe), "-o", "net.onnx", "--weights", "weights.pth")
    assert (said.code, said.out) == (0, "")
    assert "wrote net.onnx, with the weights of weights.pth" in said.err
    assert sorted(file.name for file in shell.folder.glob("net.onnx*")) == ["net.onnx"]
    for number in (1, 5):
        images = torch.randn(number, 3, 12, 12)
        with torch.no_grad():
            expected = model(images)
        found = scores_of(shell.folder / "net.onnx", images)
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-4)


def test_without_the_extra_onnx_one_sentence_says_so(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    said = shell("export-onnx", "resnet14-ablation", "-o", "net.onnx")
    assert (said.code, said.err) == (
        2,
        "netlab: error: writing ONNX needs the package onnxscript: pip install onnx onnxscript\n",
    )


def test_without_the_extra_weights_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "safetensors", None)
    (tmp_path / "some.safetensors").touch()
    with pytest.raises(WeightsError, match=r"pip install 'netlab\[weights\]'"):
        netlab.load_weights(small(), tmp_path / "some.safetensors")
