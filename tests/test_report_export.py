"""`netlab export`, from a lab file to what a person or a script reads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from report_cases import HARDWARE, NETWORK, spec

from netlab.cli.main import run_command
from netlab.events import Event
from netlab.lab.records import StudyRegistration, VariantRegistration
from netlab.lab.store import Lab

VARIANTS = {
    "baseline": NETWORK,
    "colour": NETWORK.model_copy(update={"input": (3, 28, 28)}),
}


def enter(lab: Lab, epochs: int, accuracies: list[float]) -> None:
    """Enter the study `grouping` with two seeds, and finish its runs."""
    variants = tuple(
        VariantRegistration(
            name=name,
            because="",
            changes=(),
            params=7850,
            macs=7840,
            specs=tuple(
                spec(seed, epochs=epochs).model_copy(update={"network": network}) for seed in (0, 1)
            ),
        )
        for name, network in VARIANTS.items()
    )
    entered = lab.studies.register(
        StudyRegistration("grouping", "grouping.yaml", "", "Why?", (), variants)
    )
    for entry, accuracy in zip(entered, accuracies, strict=True):
        lab.runs.ingest(entry.run.id, finished(accuracy, epochs))


def finished(accuracy: float, epochs: int) -> list[Event]:
    started = {
        **HARDWARE,
        "step": 0,
        "steps": 9,
        "epoch": 0,
        "epochs": epochs,
        "device": "cpu",
        "memory_kind": "resident",
    }
    tested = {"split": "test", "accuracy": accuracy, "top5": 99.0, "loss": 0.5, "seconds": 0.25}
    done = {
        "train_time": 12.5,
        "test_time": 0.25,
        "memory": 400.0,
        "memory_kind": "resident",
        "images_per_s": 900.0,
        "epochs": epochs,
    }
    return [
        Event(1, 1.0, "started", started),
        Event(2, 2.0, "evaluated", tested),
        Event(3, 3.0, "finished", done),
    ]


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A lab with one study under two conditions, that of 12 epochs entered last."""
    path = tmp_path / "lab.db"
    with Lab.open(path, create=True) as lab:
        enter(lab, 3, [70.0, 71.0, 72.0, 74.0])
        enter(lab, 12, [80.0, 81.0, 78.0, 78.5])
    return path


def export(db: Path, *arguments: str) -> int:
    return run_command(["--db", str(db), "export", *arguments])


def test_the_table_of_the_latest_condition_goes_to_stdout(
    db: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(db, "grouping") == 0
    out, err = capsys.readouterr()
    assert "| baseline |        7.8 |" in out
    assert "| 80.50 ± 0.71 |" in out
    assert "−2.25 [−5.43, +0.93]" in out
    assert "70" not in out.split("\n- ")[0]
    assert err == ""


def test_the_other_condition_is_named_and_can_be_had(
    db: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = spec(epochs=3).condition
    export(db, "grouping")
    note = next(
        line for line in capsys.readouterr().out.splitlines() if "Not in this table" in line
    )
    assert "4 runs under another condition" in note
    assert f"--condition {other}" in note
    assert export(db, "grouping", "--condition", other) == 0
    assert "| 70.50 ± 0.71 |" in capsys.readouterr().out


def test_json_holds_every_measure_unless_some_are_named(
    db: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(db, "grouping", "--format", "json") == 0
    row = json.loads(capsys.readouterr().out)["rows"][0]
    assert (row["variant"], row["n"], row["top5"], row["images_per_s"]) == ("baseline", 2, 99, 900)
    assert row["val_accuracy"] is None
    assert export(db, "grouping", "--json") == 0
    assert json.loads(capsys.readouterr().out)["rows"][0] == row
    assert export(db, "grouping", "--json", "--format", "csv") == 2
    assert "--json and --format csv" in capsys.readouterr().err
    assert export(db, "grouping", "--format", "json", "--measures", "loss") == 0
    row = json.loads(capsys.readouterr().out)["rows"][0]
    assert row["loss"] == 0.5
    assert "accuracy" not in row


def test_differences_only_leaves_out_what_is_the_same(
    db: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(db, "grouping", "--differences-only") == 0
    head = capsys.readouterr().out.splitlines()[2]
    assert "memory" not in head
    assert "accuracy (%)" in head


@pytest.mark.parametrize(
    ("file", "start"),
    [
        ("table.md", "**grouping**: Why?"),
        ("table.csv", "variant,n,"),
        ("table.tex", "% grouping: Why?"),
        ("table.json", "{"),
        ("table.html", "<!doctype html>"),
        ("table.txt", "**grouping**: Why?"),
    ],
)
def test_a_file_gets_the_format_that_its_ending_says(
    db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, start: str
) -> None:
    assert export(db, "grouping", "-o", str(tmp_path / file)) == 0
    out, err = capsys.readouterr()
    assert (tmp_path / file).read_text(encoding="utf-8").startswith(start)
    assert (out, err) == ("", f"netlab: wrote {tmp_path / file}\n")
    assert not list(tmp_path.glob(".*")), "no temporary file is left"


def test_a_named_format_wins_over_the_ending(db: Path, tmp_path: Path) -> None:
    assert export(db, "grouping", "--format", "csv", "-o", str(tmp_path / "table.md")) == 0
    assert (tmp_path / "table.md").read_text(encoding="utf-8").startswith("variant,n,")


def test_a_file_that_cannot_be_written_keeps_what_it_held(
    db: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: Path, _text: bytes) -> int:
        raise OSError(28, "No space left on device")

    file = tmp_path / "table.md"
    file.write_text("old")
    monkeypatch.setattr(Path, "replace", full)
    assert export(db, "grouping", "-o", str(file)) == 2
    assert f"cannot write {file}: No space left on device" in capsys.readouterr().err
    assert file.read_text() == "old"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["groupng"], "did you mean 'grouping'?"),
        (["grouping", "--measures", "acuracy"], "did you mean 'accuracy'?"),
        (["grouping", "--measures", ","], "name at least one measure"),
        (["grouping", "--condition", "nonsense"], "known are"),
        (["grouping", "-o", "nowhere/table.md"], "cannot write nowhere/table.md"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    db: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert export(db, *arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert err.count("\n") == 1


def test_stdout_is_utf8_whatever_the_terminal_claims(db: Path) -> None:
    script = "import sys; from netlab.cli.main import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", script, "--db", str(db), "export", "grouping"]
    done = subprocess.run(
        command, capture_output=True, check=True, env={"PYTHONIOENCODING": "ascii"}
    )
    assert "± 0.71" in done.stdout.decode("utf-8")


def test_export_needs_neither_torch_nor_textual(db: Path) -> None:
    script = (
        "import sys; from netlab.cli.main import run_command as run; code = run(sys.argv[1:]); "
        "print(code, {'torch', 'textual', 'scipy.stats'} & set(sys.modules), file=sys.stderr)"
    )
    command = [sys.executable, "-c", script, "--db", str(db), "export", "grouping"]
    done = subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8")
    assert done.stderr == "0 set()\n"


def test_csv_has_no_place_for_cautions_so_they_go_to_stderr(
    db: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Lab.open(db) as lab:
        broken = lab.runs.entries("grouping", spec().condition)[-1].run.id
        failed = {"reason": "error", "message": "the disk is gone", "detail": None}
        lab.runs.ingest(broken, [Event(4, 4.0, "failed", failed)])
    assert export(db, "grouping", "--format", "csv") == 0
    out, err = capsys.readouterr()
    assert err == "netlab: caution: colour, seed 1 failed: the disk is gone\n"
    assert "seed 1: failed" in out
