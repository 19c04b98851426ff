from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from training_helpers import CLASSES, tiny_arrays, tiny_spec, use_arrays

from netlab.errors import DataError
from netlab.training.run_data import adapt_images, load_data, split_validation


def test_colour_images_of_the_right_size_only_change_their_layout() -> None:
    images = tiny_arrays().train_images
    assert np.array_equal(adapt_images(images, (3, 8, 8)).numpy(), images.transpose(0, 2, 3, 1))


def test_grey_images_feed_a_colour_input_repeated() -> None:
    images = tiny_arrays(shape=(1, 8, 8)).train_images
    adapted = adapt_images(images, (3, 8, 8))
    assert adapted.shape == (60, 8, 8, 3)
    assert adapted.is_contiguous()
    for channel in range(3):
        assert np.array_equal(adapted[..., channel].numpy(), images[:, 0])


def test_colour_images_do_not_feed_a_grey_input() -> None:
    with pytest.raises(DataError, match=r"3 channels.*takes 1.*input: \[3, 8, 8\] would work"):
        adapt_images(tiny_arrays().train_images, (1, 8, 8))


@pytest.mark.parametrize(("side", "first"), [(9, 0), (10, 1), (12, 2), (16, 4)])
def test_slightly_smaller_images_are_padded_with_black_and_stay_sharp(
    side: int, first: int
) -> None:
    images = tiny_arrays(shape=(1, 8, 8)).train_images + 1
    adapted = adapt_images(images, (1, side, side))[..., 0].numpy()
    inner = slice(first, first + 8)
    assert np.array_equal(adapted[:, inner, inner], images[:, 0])
    assert adapted.sum(dtype=int) == images.sum(dtype=int)


@pytest.mark.parametrize("side", [4, 7, 17, 32])
def test_other_sizes_are_resized(side: int) -> None:
    images = np.full((2, 3, 8, 8), 200, np.uint8)
    images[:, :, :, 4:] = 0
    adapted = adapt_images(images, (3, side, side))
    assert adapted.shape == (2, side, side, 3)
    assert adapted[:, :, 0].eq(200).all()
    assert adapted[:, :, -1].eq(0).all()


def test_shrinking_averages_instead_of_skipping_pixels() -> None:
    stripes = np.zeros((1, 1, 64, 64), np.uint8)
    stripes[..., ::2] = 200
    shrunk = adapt_images(stripes, (1, 8, 8))[0, 1:-1, 1:-1, 0].float()
    assert (shrunk - 100).abs().max() <= 5


def test_the_held_out_images_are_a_share_of_each_class() -> None:
    labels = torch.tensor([0] * 50 + [1] * 30 + [2] * 20)
    train, held_out = split_validation(labels, 0.1, seed=0)
    assert sorted(train.tolist() + held_out.tolist()) == list(range(100))
    assert torch.bincount(labels[held_out]).tolist() == [5, 3, 2]


def test_a_share_that_does_not_divide_is_still_met_to_the_image() -> None:
    labels = torch.arange(105) % 7
    _, held_out = split_validation(labels, 0.1, seed=3)
    assert len(held_out) == round(10.5)
    assert set(torch.bincount(labels[held_out]).tolist()) <= {1, 2}


def test_the_split_depends_on_its_seed_alone() -> None:
    labels = torch.arange(90) % 3
    torch.manual_seed(1)
    first = split_validation(labels, 0.2, seed=0)[1]
    torch.manual_seed(2)
    assert torch.equal(split_validation(labels, 0.2, seed=0)[1], first)
    assert not torch.equal(split_validation(labels, 0.2, seed=1)[1], first)


def test_no_share_holds_nothing_out_and_the_smallest_share_holds_one() -> None:
    labels = torch.arange(9) % 3
    assert [len(part) for part in split_validation(labels, 0.0, seed=0)] == [9, 0]
    assert [len(part) for part in split_validation(labels, 0.01, seed=0)] == [8, 1]


def test_a_run_gets_its_three_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    use_arrays(monkeypatch)
    sets = load_data(tiny_spec(validation=0.1))
    assert sets.validation is not None
    assert (len(sets.train), len(sets.validation), len(sets.test)) == (54, 6, 21)
    assert sets.train.pixels.dtype == torch.uint8
    assert sets.train.pixels.shape == (54, 8, 8, 3)
    assert sets.train.labels.dtype == torch.int64
    whole = load_data(tiny_spec(validation=0.0))
    assert whole.validation is None
    assert len(whole.train) == 60


def test_mean_and_deviation_of_grey_images_hold_for_every_channel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_arrays(monkeypatch, tiny_arrays(shape=(1, 8, 8)))
    sets = load_data(tiny_spec())
    assert sets.mean == (0.4,) * 3
    assert sets.std == (0.3,) * 3


def test_the_classes_of_the_data_must_be_those_of_the_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_arrays(monkeypatch, dataclasses.replace(tiny_arrays(), classes=(*CLASSES, "dog")))
    with pytest.raises(DataError, match=r"4 classes.*: classes: 4 would work"):
        load_data(tiny_spec())


def test_labels_beyond_the_classes_are_bad_data(monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = tiny_arrays()
    use_arrays(monkeypatch, dataclasses.replace(arrays, test_labels=arrays.test_labels + 1))
    with pytest.raises(DataError, match=r"test images .* labels 1 to 3; 0 to 2 are valid"):
        load_data(tiny_spec())


def test_too_few_images_to_train_on_are_bad_data(monkeypatch: pytest.MonkeyPatch) -> None:
    use_arrays(monkeypatch, tiny_arrays(train=2))
    with pytest.raises(DataError, match="leaves 1 training images"):
        load_data(tiny_spec(validation=0.5))
