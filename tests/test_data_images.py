from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from data_helpers import noise, save
from PIL import Image

from netlab.errors import DataError
from netlab.training.images import decode


@pytest.mark.parametrize("ending", ["png", "bmp", "ppm", "tif"])
def test_lossless_formats_come_as_they_are(tmp_path: Path, ending: str) -> None:
    pixels = noise(1)
    assert np.array_equal(decode(save(tmp_path / f"a.{ending}", pixels), (6, 6), 3), pixels)


@pytest.mark.parametrize("ending", ["jpg", "webp", "gif"])
def test_other_formats_come_close(tmp_path: Path, ending: str) -> None:
    pixels = np.full((16, 16, 3), (200, 100, 50), np.uint8)
    decoded = decode(save(tmp_path / f"a.{ending}", pixels), (16, 16), 3)
    assert np.abs(decoded.astype(int) - pixels).max() <= 8


def test_grey_is_repeated_over_three_channels(tmp_path: Path) -> None:
    grey = noise(2)[..., 0]
    decoded = decode(save(tmp_path / "a.png", grey), (6, 6), 3)
    assert np.array_equal(decoded, np.repeat(grey[..., None], 3, axis=2))


def test_colour_becomes_luma_in_one_channel(tmp_path: Path) -> None:
    green = np.zeros((4, 4, 3), np.uint8)
    green[..., 1] = 255
    assert np.unique(decode(save(tmp_path / "a.png", green), (4, 4), 1)).tolist() == [150]


def test_the_shorter_side_is_resized_and_the_longer_cropped_at_both_ends(tmp_path: Path) -> None:
    wide = np.zeros((8, 24, 3), np.uint8)
    wide[:, 8:16] = 255
    decoded = decode(save(tmp_path / "a.png", wide), (4, 4), 3)
    assert decoded.shape == (4, 4, 3)
    assert decoded[:, 1:3].min() == 255


def test_shrinking_averages_instead_of_dropping_pixels(tmp_path: Path) -> None:
    stripes = np.zeros((32, 32, 3), np.uint8)
    stripes[:, ::2] = 255
    decoded = decode(save(tmp_path / "a.png", stripes), (4, 4), 3)[:, 1:3].astype(int)
    assert np.abs(decoded - 127).max() < 16


def test_height_comes_before_width(tmp_path: Path) -> None:
    assert decode(save(tmp_path / "a.png", noise(3, 10, 20)), (5, 7), 3).shape == (5, 7, 3)


def test_photographs_are_turned_upright(tmp_path: Path) -> None:
    pixels = noise(4)
    about = Image.Exif()
    about[0x0112] = 6
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=about)
    assert np.array_equal(decode(tmp_path / "a.png", (6, 6), 3), np.rot90(pixels, -1))


def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    deep = (4096 * np.arange(16)).astype(np.uint16).reshape(4, 4)
    Image.fromarray(deep).save(tmp_path / "a.png")
    assert decode(tmp_path / "a.png", (4, 4), 1).ravel().tolist() == list(range(0, 256, 16))


@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "webp", "bmp"])
def test_a_file_cut_short_is_named(tmp_path: Path, ending: str) -> None:
    path = save(tmp_path / f"broken.{ending}", noise(5, 64, 64))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=rf"broken\.{ending} cannot be decoded as an image"):
        decode(path, (6, 6), 3)


def test_a_file_that_is_no_image_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("not an image")
    with pytest.raises(DataError, match=r"text\.png cannot be decoded"):
        decode(tmp_path / "text.png", (6, 6), 3)
