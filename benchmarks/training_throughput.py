"""Training images per second, by precision and layout, and the cost of preparing the data.

    python benchmarks/training_throughput.py [--threads 2] [--compile]

Trains resnet14 on random images of CIFAR's size with the engine that `netlab run` uses. The
settings take turns, round by round, so that a machine that slows down slows all of them; the
table shows medians, and each setting against the first one of the same run.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from statistics import median

import torch

from netlab.datasets.data_spec import Data
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.run_spec import RunSpec
from netlab.training.batches import ResidentTraining
from netlab.training.device import choose_device
from netlab.training.loop import Trainer
from netlab.training.normalise import build_normaliser
from netlab.training.run_data import Images, RunData
from netlab.training.session import build_model
from netlab.training.stop import StopFlag

RESNET14 = Network.model_validate(
    {
        "input": [3, 32, 32],
        "blocks": [
            {"block": "conv", "channels": 16},
            {"block": "basic", "channels": 16, "repeat": 2},
            {"block": "basic", "channels": 32, "repeat": 2, "stride": 2},
            {"block": "basic", "channels": 64, "repeat": 2, "stride": 2},
            {"block": "classifier"},
        ],
    }
)
SETTINGS: dict[str, dict[str, object]] = {
    "float32, contiguous": {"precision": "float32", "layout": "contiguous"},
    "float32, channels_last": {"precision": "float32", "layout": "channels_last"},
    "bfloat16, contiguous": {"precision": "bfloat16", "layout": "contiguous"},
    "bfloat16, channels_last": {"precision": "bfloat16", "layout": "channels_last"},
}


@dataclass
class Contender:
    """One setting and the seconds of its rounds."""

    name: str
    trainer: Trainer
    training: list[float]
    preparing: list[float]

    def race(self) -> None:
        """Train one epoch, then prepare its batches once more without training."""
        result = self.trainer.train_epoch()
        assert result is not None
        self.training.append(result.seconds)
        start = time.perf_counter()
        for _batch in self.trainer.batches.epoch(result.epoch):
            pass
        self.trainer.device.synchronize()
        self.preparing.append(time.perf_counter() - start)


def main() -> None:
    """Run the comparison and print its table."""
    options = parse()
    torch.set_num_threads(options.threads)
    settings = dict(SETTINGS)
    if options.compile:
        fastest = settings["bfloat16, channels_last"]
        settings["bfloat16, channels_last, compiled"] = {**fastest, "compile": True}
    contenders = [contender(name, fields, options) for name, fields in settings.items()]
    for racing in contenders:
        racing.trainer.warm_up()
    for _ in range(options.rounds):
        for racing in contenders:
            racing.race()
    show(contenders, options.steps * options.batch)


def contender(name: str, fields: dict[str, object], options: argparse.Namespace) -> Contender:
    """A trainer for one setting; all learn the same random images."""
    device = choose_device(options.device)
    protocol = Protocol.model_validate(
        {**fields, "epochs": options.rounds, "batch_size": options.batch}
    )
    spec = RunSpec(network=RESNET14, data=Data(), protocol=protocol)
    count = options.steps * options.batch
    numbers = torch.Generator().manual_seed(0)
    images = Images(
        torch.randint(256, (count, 32, 32, 3), generator=numbers, dtype=torch.uint8),
        torch.randint(10, (count,), generator=numbers),
    ).to(device.torch_device)
    data = RunData(images, None, images, (0.5,) * 3, (0.25,) * 3)
    normaliser = build_normaliser(data, protocol, device.torch_device)
    trainer = Trainer(
        build_model(spec, device, normaliser.layout),
        ResidentTraining(images, protocol, normaliser, spec.seed),
        protocol,
        device,
        on_report=lambda _report: None,
        stop=StopFlag(),
    )
    return Contender(name if trainer.precision in name else f"{name} (n/a)", trainer, [], [])


def show(contenders: list[Contender], images: int) -> None:
    """Print the table, in markdown."""
    base = median(contenders[0].training)
    device = contenders[0].trainer.device
    print(f"{device.name}, {torch.get_num_threads()} threads, torch {torch.__version__}\n")
    print("| setting | images/s | against the first | data preparation |")
    print("|---|---|---|---|")
    for one in contenders:
        seconds, data = median(one.training), median(one.preparing)
        print(
            f"| {one.name} | {images / seconds:,.0f} | {base / seconds:.2f}× "
            f"| {100 * data / seconds:.1f} % |"
        )


def parse() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda:0 …")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--steps", type=int, default=15, help="steps in a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compile", action="store_true", help="also compile the network")
    return parser.parse_args()


if __name__ == "__main__":
    main()
