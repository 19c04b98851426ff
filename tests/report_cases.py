"""Studies and runs as the lab hands them out, for the tests of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from netlab.datasets.data_spec import Data
from netlab.lab.records import Entry, Run, StudyInCondition, StudyRecord, StudyVariant, TimingRound
from netlab.lab.run_state import State
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.run_spec import RunSpec
from netlab.report.load import StudyData
from netlab.report.render.text_table import text_columns
from netlab.report.table import Table
from netlab.report.tabulate import tabulate

NETWORK = Network.model_validate({"input": [1, 28, 28], "blocks": [{"block": "classifier"}]})
HARDWARE: dict[str, Any] = {
    "device_name": "NVIDIA GeForce GTX 1070",
    "precision": "float32",
    "layout": "channels_last",
    "threads": 2,
    "versions": {"python": "3.12.3", "torch": "2.14.1", "netlab": "0.1.0"},
    "images": {"train": 45000, "validation": 5000, "test": 10000},
}


def spec(seed: int = 0, data: str = "cifar10", epochs: int = 12) -> RunSpec:
    protocol = Protocol(name="standard", epochs=epochs)
    return RunSpec(network=NETWORK, data=Data(name=data), protocol=protocol, seed=seed)


def run(
    seed: int,
    state: State = "done",
    *,
    reason: str | None = None,
    message: str | None = None,
    epoch: int = 12,
    hardware: dict[str, Any] | None = None,
    memory_kind: str = "device",
    of: RunSpec | None = None,
    **results: float,
) -> Run:
    of = (of or spec()).model_copy(update={"seed": seed})
    return Run(
        id=of.hash[:8],
        hash=of.hash,
        condition=of.condition,
        state=state,
        reason=reason,
        message=message,
        seed=seed,
        spec=of,
        created=1.0,
        started=2.0,
        ended=3.0,
        epoch=epoch,
        epochs=of.protocol.epochs,
        step=0,
        steps=100,
        device="cuda:0",
        hardware=HARDWARE if hardware is None else {**HARDWARE, **hardware},
        results=results,
        memory_kind=memory_kind,
    )


def study(*names: str, question: str = "") -> StudyRecord:
    """A study whose variants have 195738, 97869, … parameters."""
    variants = tuple(
        StudyVariant(name, "", (), 195738 // (place + 1), 26_804_864 // (place + 1))
        for place, name in enumerate(names)
    )
    return StudyRecord("grouping", "grouping.yaml", "", question, (), 1.0, variants)


def table_of(
    of: StudyRecord,
    runs: Iterable[Entry],
    *,
    measures: Sequence[str] | None = None,
    timings: Mapping[str, tuple[TimingRound, ...]] = MappingProxyType({}),
    others: Iterable[StudyInCondition] = (),
) -> Table:
    return tabulate(StudyData(of, tuple(runs), timings, tuple(others)), measures)


def column(table: Table, key: str) -> list[str]:
    return [
        field.text for series in text_columns(table) if series.key == key for field in series.cells
    ]


def entries(**runs: list[Run]) -> list[Entry]:
    return placed(runs)


def placed(runs: dict[str, list[Run]]) -> list[Entry]:
    return [Entry("grouping", name, one) for name, some in runs.items() for one in some]


def measured(seed: int, accuracy: float, **results: float) -> Run:
    """A finished run with all that the default table shows."""
    usual = {"memory": 617.25, "train_time": 665.0 + seed, "test_time": 0.34}
    return replace(run(seed), results={"accuracy": accuracy, **usual, **results})
