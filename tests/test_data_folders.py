from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from data_helpers import class_folders, noise, save, train_and_test
from permissions import binding

from netlab.datasets import image_folder
from netlab.datasets.check import check_data, data_problem
from netlab.datasets.data_spec import Data
from netlab.datasets.image_folder import scan_folder
from netlab.errors import DataError
from netlab.planning.plan import make_plan


def test_classes_are_in_alphabetical_order_and_images_by_class_and_name(tmp_path: Path) -> None:
    found = scan_folder(train_and_test(tmp_path))
    assert found.classes == ("ant", "bee")
    assert found.train.files == (
        "train/ant/0.png", "train/ant/1.png", "train/ant/2.png", "train/bee/0.png", "train/bee/1.png",
    )  # fmt: skip
    assert found.train.labels == (0, 0, 0, 1, 1)
    assert found.test is not None
    assert found.test.files == ("test/ant/0.png", "test/bee/0.png")


@pytest.mark.parametrize("name", ["val", "valid", "validation"])
def test_a_validation_folder_serves_as_test_where_there_is_none(tmp_path: Path, name: str) -> None:
    (train_and_test(tmp_path) / "test").rename(tmp_path / name)
    found = check_data(Data(name="folder", path=str(tmp_path)))
    assert (found.classes, found.train, found.test) == (2, 5, 2)


def test_a_test_folder_is_preferred_to_a_validation_folder(tmp_path: Path) -> None:
    train_and_test(tmp_path)
    class_folders(tmp_path / "val", {"ant": 2, "bee": 2})
    test = scan_folder(tmp_path).test
    assert test is not None
    assert test.files[0].startswith("test/")


def test_what_is_no_image_is_passed_over(tmp_path: Path) -> None:
    root = train_and_test(tmp_path)
    before = scan_folder(root)
    (root / "train" / "ant" / "notes.txt").write_text("not an image")
    (root / "train" / "ant" / "._0.png").write_text("hidden")
    (root / "train" / "ant" / "folder.png").mkdir()
    (root / "train" / "empty").mkdir()
    (root / ".git").mkdir()
    assert scan_folder(root) == before


def test_links_count_as_what_they_lead_to(tmp_path: Path) -> None:
    root = train_and_test(tmp_path / "images")
    elsewhere = save(tmp_path / "elsewhere" / "9.JPG", noise(9))
    (root / "train" / "bee" / "9.JPG").symlink_to(elsewhere)
    link = tmp_path / "link"
    link.symlink_to(root)
    assert "train/bee/9.JPG" in scan_folder(link).train.files


def test_a_link_that_leads_nowhere_is_an_error_not_an_image_fewer(tmp_path: Path) -> None:
    root = train_and_test(tmp_path)
    (root / "train" / "bee" / "lost.png").symlink_to(root / "nowhere.png")
    with pytest.raises(DataError, match=r"lost\.png cannot be read: No such file"):
        scan_folder(root)


def test_a_class_may_be_called_train(tmp_path: Path) -> None:
    assert scan_folder(class_folders(tmp_path, {"car": 2, "train": 2})).classes == ("car", "train")


class TestWrongFolders:
    def test_that_do_not_exist(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="nowhere does not exist"):
            scan_folder(tmp_path / "nowhere")

    def test_that_are_files(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=r"a\.png is not a folder"):
            scan_folder(save(tmp_path / "a.png", noise(0)))

    def test_without_class_folders(self, tmp_path: Path) -> None:
        save(tmp_path / "a.png", noise(0))
        with pytest.raises(DataError, match=r"no images found.*expected train/CLASS/\*"):
            scan_folder(tmp_path)

    def test_without_images(self, tmp_path: Path) -> None:
        (tmp_path / "ant").mkdir()
        (tmp_path / "bee").mkdir()
        with pytest.raises(DataError, match="no images found"):
            scan_folder(tmp_path)

    def test_of_one_class(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="one class only, 'ant'"):
            scan_folder(class_folders(tmp_path, {"ant": 3}))

    def test_with_training_images_only(self, tmp_path: Path) -> None:
        shutil.rmtree(train_and_test(tmp_path) / "test")
        with pytest.raises(DataError, match="train/ but no test/ beside it"):
            scan_folder(tmp_path)

    @pytest.mark.parametrize(
        ("part", "message"),
        [
            ("train", "class 'cow' in .* has training images but no test images"),
            ("test", "class 'cow' in .* has test images but no training images"),
        ],
    )
    def test_whose_parts_differ_in_classes(self, tmp_path: Path, part: str, message: str) -> None:
        class_folders(train_and_test(tmp_path) / part, {"cow": 1})
        with pytest.raises(DataError, match=message):
            scan_folder(tmp_path)

    def test_that_may_not_be_read(self, tmp_path: Path) -> None:
        closed = train_and_test(tmp_path) / "train" / "ant"
        closed.chmod(0)
        try:
            with binding(), pytest.raises(DataError, match="ant cannot be read: Permission"):
                scan_folder(tmp_path)
        finally:
            closed.chmod(0o700)


class TestDrawnTestImages:
    def test_are_the_requested_share_of_each_class(self, tmp_path: Path) -> None:
        train, test = scan_folder(class_folders(tmp_path, {"ant": 20, "bee": 10})).split(0.2, 0)
        assert [test.count(0), test.count(1)] == [4, 2]
        assert [train.count(0), train.count(1)] == [16, 8]
        assert not set(train.files) & set(test.files)

    def test_leave_at_least_one_image_on_each_side(self, tmp_path: Path) -> None:
        found = scan_folder(class_folders(tmp_path, {"ant": 2, "bee": 3}))
        for share in (0.01, 0.99):
            for part in found.split(share, 0):
                assert set(part.labels) == {0, 1}

    def test_hang_on_the_seed_alone(self, tmp_path: Path) -> None:
        found = scan_folder(class_folders(tmp_path, {"ant": 20, "bee": 20}))
        assert found.split(0.5, 1) == found.split(0.5, 1)
        assert found.split(0.5, 1) != found.split(0.5, 2)

    def test_are_the_same_on_every_machine_and_python(self, tmp_path: Path) -> None:
        _, test = scan_folder(class_folders(tmp_path, {"ant": 10, "bee": 10})).split(0.2, 0)
        assert test.files == ("ant/1.png", "ant/2.png", "bee/0.png", "bee/2.png")

    def test_need_two_images_of_each_class(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match=r"class 'bee' in .* has one image"):
            scan_folder(class_folders(tmp_path, {"ant": 2, "bee": 1})).split(0.2, 0)

    def test_are_not_drawn_from_a_folder_that_has_its_own(self, tmp_path: Path) -> None:
        found = scan_folder(train_and_test(tmp_path))
        assert found.split(0.9, 5) == (found.train, found.test)


class TestFingerprint:
    def test_is_the_same_wherever_the_folder_lies(self, tmp_path: Path) -> None:
        root = train_and_test(tmp_path / "here")
        there = tmp_path / "there"
        shutil.copytree(root, there)
        assert scan_folder(root).fingerprint == scan_folder(there).fingerprint

    def test_changes_with_names_and_sizes(self, tmp_path: Path) -> None:
        root = train_and_test(tmp_path)
        seen = {scan_folder(root).fingerprint}
        (root / "train" / "ant" / "0.png").rename(root / "train" / "ant" / "7.png")
        seen.add(scan_folder(root).fingerprint)
        with (root / "test" / "bee" / "0.png").open("ab") as file:
            file.write(b"more")
        seen.add(scan_folder(root).fingerprint)
        assert len(seen) == 3

    def test_a_file_rewritten_at_the_same_size_changes_only_the_stamp(self, tmp_path: Path) -> None:
        root = train_and_test(tmp_path)
        before = scan_folder(root)
        os.utime(root / "train" / "ant" / "0.png", (1, 1))
        assert scan_folder(root).fingerprint == before.fingerprint
        assert scan_folder(root).stamp != before.stamp


class TestCheck:
    def test_makes_the_path_absolute_and_fills_in_the_fingerprint(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        train_and_test(tmp_path / "images")
        monkeypatch.chdir(tmp_path)
        data = check_data(Data(name="folder", path="images")).data
        assert data.path == str((tmp_path / "images").resolve())
        assert data.fingerprint == scan_folder(tmp_path / "images").fingerprint
        monkeypatch.chdir("/")
        assert check_data(data).data == data

    def test_refuses_a_folder_that_changed_since(self, tmp_path: Path) -> None:
        data = check_data(Data(name="folder", path=str(train_and_test(tmp_path)))).data
        class_folders(tmp_path / "train", {"ant": 4})
        with pytest.raises(DataError, match="not those of the plan"):
            check_data(data)

    def test_leaves_a_named_data_set_as_it_is(self) -> None:
        data = Data(name="fashion-mini")
        assert check_data(data).data is data
        assert check_data(data).missing is None

    def test_says_how_to_get_a_named_data_set_that_is_not_here(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NETLAB_CACHE", str(tmp_path))
        missing = check_data(Data(name="cifar10")).missing
        assert "netlab data cifar10 --download" in str(missing)
        assert data_problem("cifar10", 10) == (
            "cifar10 is not here: netlab data cifar10 --download"
        )

    def test_a_front_end_gets_one_line_for_whatever_is_wrong(self, tmp_path: Path) -> None:
        folder = f"folder:{train_and_test(tmp_path)}"
        assert data_problem(folder, 2) is None
        for data, words in {
            folder: "has 2 classes, the network 10",
            "folder:/nowhere": "/nowhere does not exist",
            "folder:": "needs its path",
            "cifar11": "no data set is called 'cifar11'",
        }.items():
            assert words in (data_problem(data, 10) or "")


def test_facts_of_a_named_data_set_need_no_files() -> None:
    found = check_data(Data(name="cifar100"))
    assert (found.classes, found.train, found.test) == (100, 50_000, 10_000)


def test_a_plan_looks_at_a_folder_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train_and_test(tmp_path / "images")
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text(
        "network: {input: [3, 8, 8], classes: 2, blocks: [{block: classifier}]}\n"
        "data: folder:images\n"
    )
    scans: list[Path] = []
    original = image_folder.scan_folder

    def counted(path: Path) -> image_folder.ImageFolder:
        scans.append(path)
        return original(path)

    monkeypatch.setattr(image_folder, "scan_folder", counted)
    plan = make_plan(str(recipe)).require_data()
    assert scans == [tmp_path / "images"]
    assert plan.recipe.data.fingerprint == original(tmp_path / "images").fingerprint
