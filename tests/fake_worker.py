"""A worker that trains nothing: `python fake_worker.py FOLDER [options]`.

It keeps the worker's side of the contract (events, checkpoint, exit codes) and waits where a
test tells it to, so that tests can act at a known moment.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path

from netlab.events import CHECKPOINT_FILE, EVENT_FILE, RUN_FILE, EventWriter
from netlab.worker_lock import hold_worker_lock

STEPS = 10
"""Steps in an epoch."""


class StopRequestedError(Exception):
    pass


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--gate", type=Path, help="after the first epoch, wait for this file")
    parser.add_argument("--fail", help="report this failure after the first epoch")
    parser.add_argument("--die", help="end by this signal after the first epoch")
    parser.add_argument("--leave", type=int, help="exit with this code after the first epoch")
    parser.add_argument("--ignore-stop", action="store_true", help="do not stop on request")
    args = parser.parse_args()

    def stop(*_: object) -> None:
        if not args.ignore_stop:
            raise StopRequestedError

    signal.signal(signal.SIGTERM, stop)
    with hold_worker_lock(args.folder):
        return _work(args)


def _work(args: argparse.Namespace) -> int:
    job = json.loads((args.folder / RUN_FILE).read_text())
    events = EventWriter(args.folder / EVENT_FILE)
    done = 0
    try:
        done = _resume(args.folder)
        _start(events, job, done)
        for epoch in range(done + 1, job["spec"]["protocol"]["epochs"] + 1):
            _train(events, epoch)
            done = epoch
            (args.folder / CHECKPOINT_FILE).write_text(json.dumps({"epoch": epoch}))
            if epoch == 1:
                _act(events, args)
    except StopRequestedError:
        (args.folder / CHECKPOINT_FILE).write_text(json.dumps({"epoch": done}))
        events.write("stopped", step=done * STEPS, epoch=done)
        return 3
    events.write("evaluated", split="test", loss=0.5, accuracy=80.0, top5=99.0, seconds=0.1,
                 images=100, accuracy_flip=None)  # fmt: skip
    events.write("finished", train_time=2.5, test_time=0.1, memory=64.0, memory_kind="resident",
                 images_per_s=1000.0, epochs=done)  # fmt: skip
    events.close()
    return 0


def _resume(folder: Path) -> int:
    checkpoint = folder / CHECKPOINT_FILE
    return int(json.loads(checkpoint.read_text())["epoch"]) if checkpoint.exists() else 0


def _start(events: EventWriter, job: dict[str, object], done: int) -> None:
    spec = job["spec"]
    assert isinstance(spec, dict)
    epochs = spec["protocol"]["epochs"]
    events.write("started", step=done * STEPS, steps=epochs * STEPS, epochs=epochs, epoch=done,
                 resumed=done > 0, device="cpu", device_name="a test", precision="float32",
                 layout="contiguous", threads=job["threads"] or 2, versions={"python": "3"},
                 params=10, images={"train": 90, "validation": 10, "test": 100}, pid=os.getpid(),
                 jobs=job["jobs"], memory_kind="resident")  # fmt: skip


def _train(events: EventWriter, epoch: int) -> None:
    step = epoch * STEPS
    events.write("step", step=step - 5, epoch=epoch, loss=2 / epoch, lr=0.1, images_per_s=1000.0)
    events.write("epoch", epoch=epoch, step=step, train_loss=2 / epoch, train_accuracy=50 + epoch,
                 val_loss=1.0, val_accuracy=60.0 + epoch, val_top5=90.0, lr=0.1, seconds=0.5,
                 images_per_s=1000.0, memory=60.0 + epoch)  # fmt: skip


def _act(events: EventWriter, args: argparse.Namespace) -> None:
    while args.gate and not args.gate.exists():
        time.sleep(0.005)
    if args.fail:
        events.write("failed", reason=args.fail, message="as the test wants", detail=None)
        sys.exit(1)
    if args.die:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # tests under nohup ignore it
        os.kill(os.getpid(), getattr(signal, args.die))
    if args.leave is not None:
        sys.stderr.write("exited as the test wants\n")
        sys.exit(args.leave)


if __name__ == "__main__":
    sys.exit(main())
