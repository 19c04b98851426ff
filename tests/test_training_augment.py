from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from netlab.recipe.protocol import Augmentation, Protocol
from netlab.training.augment import AugmentationDraws, Augmenter, draw_augmentation
from netlab.training.normalise import build_normaliser
from netlab.training.run_data import Images, RunData

CPU = torch.device("cpu")
SIZE = (6, 5)


def some_images(count: int = 12) -> Images:
    numbers = torch.Generator().manual_seed(0)
    pixels = torch.randint(1, 256, (count, *SIZE, 3), generator=numbers, dtype=torch.uint8)
    return Images(pixels, torch.zeros(count, dtype=torch.int64))


def cutter(
    images: Images,
    augmentation: Augmentation,
    *,
    normalize: bool = False,
    layout: str = "channels_last",
) -> Callable[[Tensor, AugmentationDraws], Tensor]:
    """Augments batches of `images`."""
    data = RunData(images, None, images, (0.5, 0.4, 0.3), (0.2, 0.25, 0.3))
    protocol = Protocol.model_validate({"normalize": normalize, "layout": layout})
    augmenter = Augmenter(SIZE, augmentation, build_normaliser(data, protocol, CPU))
    return partial(augmenter.batch, augmenter.flat_pixels(images.pixels))


def as_floats(images: Images) -> Tensor:
    return images.pixels.permute(0, 3, 1, 2) / 255


@pytest.mark.parametrize("mode", ["reflect", "zero"])
@pytest.mark.parametrize("padding", [1, 2, 4])
def test_a_crop_is_a_window_of_the_padded_image_at_its_offset(mode: str, padding: int) -> None:
    """Every one of the (2p+1)² offsets, compared with padding and slicing."""
    side = 2 * padding + 1
    images = some_images(side**2)
    settings = Augmentation.model_validate({"flip": "none", "crop": padding, "crop_mode": mode})
    draws = draw_augmentation(settings, 0, 0, len(images), SIZE)
    offsets = torch.arange(side**2)
    draws = replace(draws, top=offsets // side, left=offsets % side)
    got = cutter(images, settings)(offsets, draws)
    padded = functional.pad(
        as_floats(images), (padding,) * 4, mode="reflect" if mode == "reflect" else "constant"
    )
    for offset, image in enumerate(padded):
        top, left = divmod(offset, side)
        window = image[:, top : top + SIZE[0], left : left + SIZE[1]]
        assert torch.allclose(got[offset], window)


def test_draws_reach_every_offset_about_equally_often() -> None:
    draws = draw_augmentation(Augmentation(crop=4), 0, 0, 81 * 200, (32, 32))
    counts = torch.bincount(draws.top * 9 + draws.left, minlength=81)
    assert counts.min() > 120
    assert counts.max() < 280


def test_padding_larger_than_the_image_reflects_to_and_fro() -> None:
    images = some_images(4)
    settings = Augmentation(flip="none", crop=20)
    draws = replace(
        draw_augmentation(settings, 0, 0, 4, SIZE),
        top=torch.full((4,), 20 - 2 * (SIZE[0] - 1)),
        left=torch.full((4,), 20 + 2 * (SIZE[1] - 1)),
    )
    batch = cutter(images, settings)(torch.arange(4), draws)
    assert torch.allclose(batch, as_floats(images))  # one whole period off


def test_no_crop_and_no_flip_change_nothing() -> None:
    images = some_images()
    settings = Augmentation(flip="none", crop=0)
    which = torch.tensor([3, 1, 2])
    got = cutter(images, settings)(which, draw_augmentation(settings, 0, 0, 12, SIZE))
    assert torch.allclose(got, as_floats(images)[which])


def test_a_mirrored_image_is_flipped_left_to_right_within_its_crop() -> None:
    images = some_images()
    settings = Augmentation(flip="random", crop=2)
    draws = draw_augmentation(settings, 0, 0, 12, SIZE)
    cut = cutter(images, settings)
    which = torch.arange(12)
    plain = cut(which, replace(draws, mirrored=torch.zeros(12, dtype=torch.bool)))
    flipped = cut(which, replace(draws, mirrored=torch.ones(12, dtype=torch.bool)))
    assert torch.equal(flipped, plain.flip(3))


def test_random_flips_mirror_about_half_of_the_images_in_each_epoch() -> None:
    settings = Augmentation(flip="random")
    first, second = (draw_augmentation(settings, 0, epoch, 2000, SIZE).mirrored for epoch in (0, 1))
    assert 0.45 < first.float().mean() < 0.55
    assert 0.45 < (first ^ second).float().mean() < 0.55


def test_alternating_flips_show_each_image_both_ways_in_turn() -> None:
    settings = Augmentation(flip="alternating")
    epochs = [draw_augmentation(settings, 0, epoch, 2000, SIZE).mirrored for epoch in range(4)]
    assert 0.45 < epochs[0].float().mean() < 0.55
    assert torch.equal(epochs[1], ~epochs[0])
    assert torch.equal(epochs[2], epochs[0])
    assert torch.equal(epochs[3], ~epochs[0])


def test_cutout_sets_one_square_to_the_mean_wherever_its_centre_falls() -> None:
    images = some_images()
    settings = Augmentation(flip="none", crop=0, cutout=2)
    draws = draw_augmentation(settings, 0, 0, 12, SIZE)
    draws = replace(draws, hole_top=torch.arange(12) % 7 - 1, hole_left=torch.full((12,), 4))
    cut = cutter(images, settings)
    got = cut(torch.arange(12), draws)
    expected = as_floats(images).clone()
    for number in range(12):
        top = number % 7 - 1
        for row in range(max(top, 0), min(top + 2, SIZE[0])):
            expected[number, :, row, 4] = torch.tensor([0.5, 0.4, 0.3])
    assert torch.allclose(got, expected)
    normalised = cutter(images, settings, normalize=True)(torch.arange(12), draws)
    assert normalised[0, :, 0, 4].eq(0).all()


def test_centres_of_cutout_reach_every_pixel() -> None:
    draws = draw_augmentation(Augmentation(cutout=3), 0, 0, 3000, SIZE)
    assert set(draws.hole_top.tolist()) == set(range(-1, SIZE[0] - 1))
    assert set(draws.hole_left.tolist()) == set(range(-1, SIZE[1] - 1))


def test_draws_depend_on_seed_and_epoch_alone() -> None:
    """Not on the global generator, nor on what else the protocol asks for."""
    torch.manual_seed(1)
    one = draw_augmentation(Augmentation(crop=4, cutout=0), 0, 5, 100, SIZE)
    torch.manual_seed(2)
    other = draw_augmentation(Augmentation(crop=4, cutout=3, flip="none"), 0, 5, 100, SIZE)
    assert torch.equal(one.order, other.order)
    assert torch.equal(one.top, other.top)
    assert not torch.equal(one.top, draw_augmentation(Augmentation(crop=4), 0, 6, 100, SIZE).top)
    assert not torch.equal(one.top, draw_augmentation(Augmentation(crop=4), 1, 5, 100, SIZE).top)


def test_normalised_pixels_have_the_mean_taken_off_and_unit_deviation() -> None:
    images = some_images()
    settings = Augmentation(flip="none", crop=0)
    got = cutter(images, settings, normalize=True)(
        torch.arange(12), draw_augmentation(settings, 0, 0, 12, SIZE)
    )
    mean, std = (torch.tensor(v)[:, None, None] for v in ((0.5, 0.4, 0.3), (0.2, 0.25, 0.3)))
    assert torch.allclose(got, (as_floats(images) - mean) / std, atol=1e-5)


@pytest.mark.parametrize(
    ("layout", "format_"),
    [("channels_last", torch.channels_last), ("contiguous", torch.contiguous_format)],
)
def test_batches_have_the_layout_of_the_protocol(layout: str, format_: torch.memory_format) -> None:
    settings = Augmentation(crop=1)
    batch = cutter(some_images(), settings, layout=layout)(
        torch.arange(12), draw_augmentation(settings, 0, 0, 12, SIZE)
    )
    assert batch.dtype == torch.float32
    assert batch.is_contiguous(memory_format=format_)
