"""Plain lines about runs."""

from __future__ import annotations

from dataclasses import replace

from lab_studies import spec

from netlab.lab.records import Entry, Run
from netlab.lab.scheduler.progress_log import EPOCH_INTERVAL_S, ProgressLogger


def a_run(**facts: object) -> Entry:
    run = Run(
        id="a1", hash="a1", condition="c", state="queued", reason=None, message=None, seed=0,
        spec=spec(), created=0.0, started=None, ended=None, epoch=0, epochs=9, step=0, steps=90,
        device="cpu",
    )  # fmt: skip
    return Entry("study", "wide", replace(run, **facts))  # type: ignore[arg-type]


class Printed:
    """A narrator, what it said, and the clock that it goes by."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.now = 0.0
        self.narrator = ProgressLogger(self.lines.append, clock=lambda: self.now)

    def see(self, *entries: Entry) -> list[str]:
        self.lines.clear()
        self.narrator(entries)
        return list(self.lines)


RUNNING = {"state": "running", "started": 1.0}


def test_a_run_is_reported_from_its_start_to_its_end() -> None:
    printed = Printed()
    assert printed.see(a_run()) == []
    assert printed.see(a_run(state="running")) == []
    assert printed.see(a_run(**RUNNING)) == ["wide · seed 0: started on cpu"]
    found = {"train_loss": 1.25, "val_accuracy": 61.0, "images_per_s": 1234.4}
    assert printed.see(a_run(**RUNNING, epoch=1, results=found)) == [
        "wide · seed 0: epoch 1/9, loss 1.250, val 61.0 %, 1,234 images/s"
    ]
    found = {"accuracy": 87.654, "train_time": 61.5}
    assert printed.see(a_run(state="done", epoch=9, results=found)) == [
        "wide · seed 0: done, test 87.65 %, trained in 1:02"
    ]


def test_the_same_news_is_printed_once() -> None:
    printed = Printed()
    printed.see(a_run(**RUNNING))
    assert printed.see(a_run(**RUNNING)) == []


def test_quick_epochs_are_printed_every_ten_seconds_and_the_last_always() -> None:
    printed = Printed()
    printed.see(a_run(**RUNNING))
    assert len(printed.see(a_run(**RUNNING, epoch=1))) == 1
    assert printed.see(a_run(**RUNNING, epoch=2)) == []
    printed.now = EPOCH_INTERVAL_S
    assert len(printed.see(a_run(**RUNNING, epoch=3))) == 1
    assert len(printed.see(a_run(**RUNNING, epoch=9))) == 1


def test_a_failure_comes_with_its_reason() -> None:
    printed = Printed()
    printed.see(a_run(**RUNNING))
    failed = a_run(state="failed", reason="out-of-memory", message="too much")
    assert printed.see(failed) == ["wide · seed 0: failed (out of memory): too much"]
    printed.see(a_run(**RUNNING))
    diverged = a_run(state="diverged", reason="diverged", message="the loss is NaN")
    assert printed.see(diverged) == ["wide · seed 0: diverged: the loss is NaN"]


def test_a_resumed_run_says_where_it_goes_on() -> None:
    printed = Printed()
    printed.see(a_run(epoch=4))
    assert printed.see(a_run(**RUNNING, epoch=4)) == [
        "wide · seed 0: started on cpu after epoch 4/9"
    ]


def test_what_was_done_before_is_summed_up() -> None:
    printed = Printed()
    other = replace(a_run(), run=replace(a_run().run, id="b2"))
    assert printed.see(a_run(state="done"), other) == ["1 of 2 runs are done already"]
    assert printed.see(a_run(state="done"), other) == []
