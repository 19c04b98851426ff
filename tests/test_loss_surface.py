"""Loss surfaces: directions as long as the filters, weights put back, maps on one scale."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional
from training_helpers import start_session, tiny_spec, write_folder

from netlab.errors import LabError, NetlabError
from netlab.events import RUN_FILE
from netlab.lab.compute_loss_surface import compute_loss_surface
from netlab.loss_surface import LossSurface, LossSurfaceSettings, read_loss_surface
from netlab.report.render.loss_surface_scale import (
    MAX_DRAWN_LOSS,
    colour_at,
    common_scale,
    describe_surface,
    surface_shape,
)
from netlab.report.render.loss_surface_svg import loss_surface_svg
from netlab.training.loss_plane import grid_coordinates, losses_on_plane, random_direction


def tiny_model() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 3))


def made(rows: list[list[float | None]]) -> LossSurface:
    settings = LossSurfaceSettings(points=len(rows))
    return LossSurface("r", "h", settings, 8, "CPU", 0.1, tuple(tuple(row) for row in rows))


def test_each_filter_moves_by_its_own_length_and_nothing_else_moves() -> None:
    model = tiny_model()
    steps = random_direction(model, 0, 0)
    weights = dict(model.named_parameters())
    assert set(steps) == {"0.weight", "3.weight"}
    for name, step in steps.items():
        torch.testing.assert_close(
            step.flatten(1).norm(dim=1), weights[name].flatten(1).norm(dim=1)
        )
    again, other = random_direction(model, 0, 0), random_direction(model, 0, 1)
    assert all(torch.equal(steps[name], again[name]) for name in steps)
    assert not any(torch.equal(steps[name], other[name]) for name in steps)


def test_every_point_is_the_loss_of_weights_moved_so_and_the_weights_come_back() -> None:
    model = tiny_model().eval()
    images, labels = torch.randn(6, 3, 4, 4), torch.tensor([0, 1, 2, 0, 1, 2])
    before = {name: value.clone() for name, value in model.state_dict().items()}
    places = grid_coordinates(3, 0.5)
    assert places == (-0.5, 0.0, 0.5)
    one, other = random_direction(model, 0, 0), random_direction(model, 0, 1)

    def scores() -> Tensor:
        with torch.no_grad():
            return model(images)  # type: ignore[no-any-return]

    rows = list(losses_on_plane(model, places, (one, other), scores, labels))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert rows[1][1] == functional.cross_entropy(scores(), labels).item()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name in one:
                weight.add_(0.5 * one[name] - 0.5 * other[name])
    assert rows[0][2] == pytest.approx(functional.cross_entropy(scores(), labels).item(), rel=1e-5)


def test_a_walk_that_is_left_early_puts_the_weights_back() -> None:
    model = tiny_model().eval()
    before = model[0].weight.clone()  # type: ignore[index]
    axes = (random_direction(model, 0, 0), random_direction(model, 0, 1))
    walk = losses_on_plane(
        model, (-1.0, 1.0), axes, lambda: torch.zeros(2, 3), torch.tensor([0, 1])
    )
    next(walk)
    walk.close()  # type: ignore[attr-defined]
    assert torch.equal(model[0].weight, before)  # type: ignore[index]


def test_a_process_works_it_out_from_a_checkpoint_and_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAB_CACHE", str(tmp_path / "cache"))
    images = write_folder(tmp_path / "images")
    spec = tiny_spec(data=f"folder:{images}", batch_size=8)
    folder = tmp_path / "run"
    session = start_session(spec, folder)
    assert session.train()
    session.reporter.close()
    job = {"run": "r", "spec": spec.model_dump(mode="json"), "device": "cpu", "threads": 1}
    (folder / RUN_FILE).write_text(json.dumps(job))
    settings = LossSurfaceSettings(points=3, extent=1, images=40)
    progress: list[tuple[int, int]] = []
    found = compute_loss_surface(folder, settings, lambda done, rows: progress.append((done, rows)))
    assert progress == [(1, 3), (2, 3), (3, 3)]
    assert (found.run, found.hash, found.images) == ("r", spec.hash, 32)
    assert found.centre is not None
    assert all(math.isfinite(loss) for loss in found.finite_losses)
    assert read_loss_surface(folder / settings.file_name) == found
    assert (
        compute_loss_surface(folder, settings, lambda *_: pytest.fail("worked out twice")) == found
    )

    (folder / "checkpoint.pt").unlink()
    with pytest.raises(LabError, match="no checkpoint"):
        compute_loss_surface(folder, replace(settings, points=5), lambda *_: None)


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="gone"):
        compute_loss_surface(tmp_path / "none", LossSurfaceSettings(), lambda *_: None)


@pytest.mark.parametrize("change", [{"points": 4}, {"points": 1}, {"extent": 0.0}, {"images": 0}])
def test_settings_that_cannot_be_are_explained(change: dict[str, float]) -> None:
    with pytest.raises(NetlabError, match=f"^{next(iter(change))} must be "):
        replace(LossSurfaceSettings(), **change)  # type: ignore[arg-type]


def test_several_surfaces_share_one_scale_cut_off_where_guessing_is_long_past() -> None:
    low = made([[1.0, 1.0, 1.0], [1.0, 0.5, 1.0], [1.0, 1.0, 1.0]])
    high = made([[5.0, 900.0, 5.0], [5.0, 2.0, None], [5.0, 5.0, 5.0]])
    scale = common_scale([low, high])
    assert (scale.low, scale.high) == (0.5, MAX_DRAWN_LOSS)
    assert [scale.height(loss) for loss in (0.5, 900.0, None)] == [0.0, 1.0, 1.0]
    assert scale.loss(scale.height(2.0)) == pytest.approx(2.0)
    assert surface_shape(low).near == 1.0
    assert surface_shape(high).near == pytest.approx(1 / 9)
    assert surface_shape(high).highest is None
    assert "highest not finite" in describe_surface(high)[1]
    flat = common_scale([made([[1.0] * 3] * 3)])
    assert flat.height(1.0) == 0.0


def test_colours_rise_in_lightness_so_that_grey_is_enough() -> None:
    light = [
        0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(colour_at, (0, 0.25, 0.5, 0.75, 1))
    ]
    assert light == sorted(light)


def test_the_picture_has_a_panel_for_each_with_names_as_text() -> None:
    rows: list[list[float | None]] = [[1.0, 2.0, 3.0]] * 3
    svg = loss_surface_svg(["<b>one", "two"], [made(rows), made(rows)])
    root = ET.fromstring(svg)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == "<b>one"
    assert sum(text == "loss 2.00 at the trained weights" for text in texts) == 2
