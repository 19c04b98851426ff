from __future__ import annotations

import pytest
import torch

from netlab.recipe.protocol import Augmentation, Protocol
from netlab.training.batches import ResidentEvaluation, ResidentTraining, count_batches
from netlab.training.normalise import build_normaliser
from netlab.training.run_data import Images, RunData


def sources(count: int, size: int) -> tuple[ResidentTraining, ResidentEvaluation]:
    """Images that are all one colour, the number of the image, which is its label too."""
    labels = torch.arange(count)
    pixels = labels.to(torch.uint8)[:, None, None, None].expand(-1, 4, 4, 3).contiguous()
    images = Images(pixels, labels)
    protocol = Protocol(batch_size=size, normalize=False, augmentation=Augmentation(crop=1))
    normaliser = build_normaliser(
        RunData(images, None, images, (0.0,) * 3, (1.0,) * 3), protocol, torch.device("cpu")
    )
    return ResidentTraining(images, protocol, normaliser, 0), ResidentEvaluation(
        images, size, normaliser
    )


@pytest.mark.parametrize(
    ("images", "size", "batches", "used"),
    [
        (10, 5, 2, 10),
        (12, 5, 3, 12),
        (11, 5, 2, 10),  # a last batch of one image is left out
        (3, 5, 1, 3),
        (3, 1, 3, 3),  # batches of one image were requested
        (2, 1, 2, 2),
    ],
)
def test_an_epoch_is_made_of_whole_batches_and_a_rest_of_more_than_one(
    images: int, size: int, batches: int, used: int
) -> None:
    assert count_batches(images, size) == (batches, used)
    training, _ = sources(images, size)
    lengths = [len(labels) for _, labels in training.epoch(0)]
    assert (len(lengths), sum(lengths)) == (batches, used)
    assert (training.steps, training.images) == (batches, used)


def test_an_epoch_shows_each_image_once_with_its_own_label() -> None:
    training, _ = sources(23, 5)
    seen = []
    for images, labels in training.epoch(2):
        assert torch.equal((images[:, 0, 0, 0] * 255).round().long(), labels)
        seen += labels.tolist()
    assert sorted(seen) == list(range(23))
    assert seen != list(range(23))


def test_an_epoch_goes_on_from_any_batch_as_if_it_had_not_stopped() -> None:
    training, _ = sources(23, 5)
    whole = list(training.epoch(1))
    for first in range(len(whole) + 1):
        rest = list(training.epoch(1, first))
        assert len(rest) == len(whole) - first
        for (images, labels), (same_images, same_labels) in zip(rest, whole[first:], strict=True):
            assert torch.equal(images, same_images)
            assert torch.equal(labels, same_labels)


def test_test_images_come_in_the_order_of_their_labels() -> None:
    _, test = sources(23, 5)
    batches = list(test.batches())
    assert torch.equal((torch.cat(batches)[:, 0, 0, 0] * 255).round().long(), test.labels)
    assert dict.fromkeys(tuple(batch.shape) for batch in batches) == dict.fromkeys(test.shapes)
