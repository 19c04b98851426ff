from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from data_helpers import class_folders, train_and_test

from netlab.cli.main import run_command
from netlab.datasets.catalogue import CATALOGUE
from netlab.training import download as downloading

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NETLAB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def answer(capsys: Captured, *arguments: str) -> Any:
    assert run_command(["data", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def complaint(capsys: Captured, *arguments: str) -> str:
    assert run_command(["data", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


class TestListing:
    def test_has_a_line_for_every_data_set(self, capsys: Captured, cache: Path) -> None:
        assert run_command(["data"]) == 0
        out = capsys.readouterr().out
        for name in CATALOGUE:
            assert f"\n{name} " in out
        assert "folder:PATH" in out
        assert f"{cache} (NETLAB_CACHE)" in out

    def test_says_what_is_here_and_how_to_get_the_rest(self, capsys: Captured) -> None:
        listed = {one["name"]: one for one in answer(capsys)}
        assert listed["fashion-mini"]["here"] is True
        assert listed["fashion-mini"]["remedy"] is None
        assert listed["cifar10"]["here"] is False
        assert listed["cifar10"]["where"] is None
        assert listed["cifar10"]["remedy"] == "netlab data cifar10 --download"


class TestNamedDataSet:
    def test_is_described_with_its_facts(self, capsys: Captured, cache: Path) -> None:
        assert run_command(["data", "cifar10"]) == 0
        out = capsys.readouterr().out
        for fact in (
            "50,000 to train on, 10,000 to test on",
            "3×32×32",
            "0.49140, 0.48216, 0.44653",
            "0.24703, 0.24349, 0.26159",
            "Krizhevsky",
            str(cache / "cifar-10-batches-py"),
            "netlab data cifar10 --download",
        ):
            assert fact in out

    def test_as_json(self, capsys: Captured) -> None:
        facts = answer(capsys, "fashion-mini")
        assert facts["shape"] == [1, 28, 28]
        assert (facts["train"], facts["test"], facts["classes"]) == (8000, 2000, 10)
        assert facts["licence"].startswith("MIT")

    def test_misspelt_gets_the_nearest_name(self, capsys: Captured) -> None:
        assert "did you mean 'cifar100'?" in complaint(capsys, "cifar-100")


class TestFolder:
    def test_is_described_with_its_classes_and_counts(
        self, capsys: Captured, tmp_path: Path
    ) -> None:
        root = train_and_test(tmp_path / "images")
        facts = answer(capsys, f"folder:{root}")
        assert facts["split"] == "folders"
        assert facts["classes"] == ["ant", "bee"]
        assert facts["train"] == {"ant": 3, "bee": 2}
        assert facts["test"] == {"ant": 1, "bee": 1}
        assert len(facts["fingerprint"]) == 16

    def test_says_how_test_images_are_drawn(self, capsys: Captured, tmp_path: Path) -> None:
        class_folders(tmp_path / "images", {"ant": 5, "bee": 10})
        assert run_command(["data", f"folder:{tmp_path / 'images'}"]) == 0
        out = capsys.readouterr().out
        assert "drawn: data.test 0.2 of each class by data.split_seed 0" in out
        assert "12 to train on, 3 to test on" in out

    def test_that_does_not_exist_is_an_error(self, capsys: Captured, tmp_path: Path) -> None:
        assert "nowhere does not exist" in complaint(capsys, f"folder:{tmp_path / 'nowhere'}")

    def test_needs_a_path(self, capsys: Captured) -> None:
        assert "folder:PATH" in complaint(capsys, "folder:")

    def test_is_not_downloaded(self, capsys: Captured, tmp_path: Path) -> None:
        assert "only named data sets" in complaint(capsys, f"folder:{tmp_path}", "--download")


class TestDownload:
    def test_needs_a_name(self, capsys: Captured) -> None:
        assert "netlab data NAME --download" in complaint(capsys, "--download")

    def test_does_nothing_for_what_is_here(self, capsys: Captured) -> None:
        assert run_command(["data", "fashion-mini", "--download"]) == 0
        assert "is here already" in capsys.readouterr().err

    def test_puts_the_whole_folder_into_the_cache(
        self, capsys: Captured, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fetch(name: str, root: Path) -> None:
            print("progress of the download")
            assert not CATALOGUE[name].is_present()
            (root / "archive.tar.gz").touch()
            (root / "cifar-10-batches-py").mkdir()
            for file in CATALOGUE[name].files:
                (root / "cifar-10-batches-py" / file).touch()

        monkeypatch.setattr(downloading, "_fetch", fetch)
        half = cache / "cifar-10-batches-py"
        half.mkdir(parents=True)
        (half / "data_batch_1").write_bytes(b"half of an older download")

        assert run_command(["data", "cifar10", "--download", "--json"]) == 0
        said = capsys.readouterr()
        assert json.loads(said.out)["where"] == str(half)
        assert "progress of the download" in said.err
        assert [path.name for path in cache.iterdir()] == ["cifar-10-batches-py"]
        assert (half / "data_batch_1").read_bytes() == b""

    @pytest.mark.parametrize(
        ("fault", "sentence"),
        [
            (URLError("no route to host"), "no route to host"),
            (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
            (RuntimeError("File not found or corrupted."), "File not found or corrupted."),
            (EOFError(), "EOFError"),
        ],
    )
    def test_that_fails_leaves_nothing_behind(
        self,
        capsys: Captured,
        cache: Path,
        monkeypatch: pytest.MonkeyPatch,
        fault: Exception,
        sentence: str,
    ) -> None:
        def fetch(_name: str, root: Path) -> None:
            (root / "half.tar.gz").write_bytes(b"half")
            raise fault

        monkeypatch.setattr(downloading, "_fetch", fetch)
        said = complaint(capsys, "cifar100", "--download")
        assert f"cifar100 could not be downloaded to {cache}: " in said
        assert sentence in said
        assert list(cache.iterdir()) == []

    def test_into_a_folder_that_cannot_be_made_is_an_error(
        self, capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("NETLAB_CACHE", str(tmp_path / "file"))
        assert "could not be downloaded" in complaint(capsys, "cifar10", "--download")
