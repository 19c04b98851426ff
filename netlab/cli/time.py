"""`netlab time`."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from netlab.cli.shared.command_options import (
    Overrides,
    device_option,
    json_option,
    override_options,
)
from netlab.cli.shared.import_interrupts import EXIT_INTERRUPTED
from netlab.cli.shared.lab_option import chosen_lab
from netlab.cli.shared.output import align_columns, print_json, print_lines
from netlab.format import format_percent, pluralize
from netlab.measures import MEASURES, Measure, format_result

if TYPE_CHECKING:
    from netlab.lab.records import TimingRound
    from netlab.planning.plan import Plan

TIMED_MEASURES = [
    MEASURES[name] for name in ("images_per_s", "inference_ms", "inference_ms_100", "memory")
]

BUSY_CPU_SHARE = 0.25
"""A warning is shown if other processes use more than this share of the CPUs (median)."""


@click.command()
@click.argument("recipe")
@override_options
@click.option(
    "--rounds",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    help="How often each variant is timed, each time in a fresh process.",
)
@device_option("auto, cpu, cuda:0, mps … for timing.")
@click.option("--wait", is_flag=True, help="Wait until no run or timing of this lab is at work.")
@json_option("The rounds as JSON.")
def time(
    recipe: str, overrides: Overrides, rounds: int, device: str, wait: bool, as_json: bool
) -> int:
    """Time every variant of RECIPE apart from training, with the machine to itself.

    Training throughput, inference of 1 and of 100 images, and peak memory, on random images of
    the network's size. Each round times the variants in turn, each in a fresh process, after a
    warm-up. Tables and claims then use these figures. Ctrl-C keeps the rounds that are done.
    """
    from netlab.lab.speed_test import exclusive_timing, time_networks
    from netlab.lab.store import Lab
    from netlab.planning.plan import make_plan
    from netlab.training.device import choose_device

    choose_device(device)
    plan = make_plan(recipe, **overrides)
    networks = {variant.name: plan.recipe.specs(variant)[0] for variant in plan.recipe.variants}
    found: dict[str, list[TimingRound]] = {}

    def on_round(name: str, timing: TimingRound) -> None:
        found.setdefault(name, []).append(timing)
        click.echo(f"round {timing.round} of {rounds}, {name}: {describe_round(timing)}", err=True)

    failed: dict[str, str] = {}
    interrupted = False
    with Lab.open(chosen_lab(), create=True) as lab, exclusive_timing(lab, wait=wait):
        lab.studies.register_plan(plan.entry())
        try:
            failed = time_networks(lab, networks, rounds=rounds, device=device, on_round=on_round)
        except KeyboardInterrupt:
            interrupted = True
    if as_json:
        print_json(timings_as_dict(plan, found, failed))
    else:
        print_lines(timings_table(found))
    notes = timing_notes(found, failed, interrupted=interrupted)
    print_lines((f"netlab: {note}" for note in notes), err=True)
    return EXIT_INTERRUPTED if interrupted else int(bool(failed))


def describe_round(timing: TimingRound) -> str:
    """One round in one line."""
    shown = (
        f"{measure.label} {format_result(measure.name, timing.measures[measure.name])}"
        for measure in TIMED_MEASURES
    )
    return ", ".join(shown)


def timings_as_dict(
    plan: Plan, found: Mapping[str, Sequence[TimingRound]], failed: Mapping[str, str]
) -> dict[str, Any]:
    """The rounds as JSON values."""
    spec = plan.recipe.specs(plan.recipe.variants[0])[0]
    return {
        "study": plan.recipe.name,
        "condition": spec.condition,
        "variants": [
            {
                "variant": name,
                "means": {m.name: statistics.fmean(values_of(m, rounds)) for m in TIMED_MEASURES},
                "rounds": [
                    {
                        "round": one.round,
                        "measures": one.measures,
                        "blocks": {m: list(blocks) for m, blocks in one.blocks.items()},
                        "hardware": one.hardware,
                    }
                    for one in rounds
                ],
            }
            for name, rounds in found.items()
        ],
        "failed": dict(failed),
    }


def values_of(measure: Measure, rounds: Sequence[TimingRound]) -> list[float]:
    """The values of a measure in all rounds."""
    return [one.measures[measure.name] for one in rounds]


def timings_table(found: Mapping[str, Sequence[TimingRound]]) -> list[str]:
    """Mean and SD of each measure over the rounds, one line per variant."""
    rows = [
        [name, str(len(rounds)), *(mean_and_sd(m, values_of(m, rounds)) for m in TIMED_MEASURES)]
        for name, rounds in found.items()
    ]
    header = ["variant", "rounds", *(measure.heading for measure in TIMED_MEASURES)]
    return align_columns(header, rows, right=range(1, len(header))) if rows else []


def mean_and_sd(measure: Measure, values: Sequence[float]) -> str:
    """`12.34 ± 0.05`: the mean of the rounds, and their sample SD if there are several."""
    places = measure.decimals(values)
    mean = f"{statistics.fmean(values):,.{places}f}"
    return f"{mean} ± {statistics.stdev(values):,.{places}f}" if len(values) > 1 else mean


def timing_notes(
    found: Mapping[str, Sequence[TimingRound]], failed: Mapping[str, str], *, interrupted: bool
) -> list[str]:
    """Notes on the setup, on disturbances, and on variants that could not be timed."""
    notes = [f"{name} could not be timed: {why}" for name, why in failed.items()]
    rounds = [one for own in found.values() for one in own]
    if interrupted:
        notes.append("interrupted: the rounds above are kept" if rounds else "interrupted")
    if not rounds:
        return notes
    notes.append(f"means of the rounds ± their SD; {describe_setup(rounds[0].hardware)}")
    others = statistics.median(one.hardware["others"] for one in rounds)
    if others > BUSY_CPU_SHARE:
        notes.append(
            f"other processes used {format_percent(others)} of the CPUs meanwhile: "
            "time it again when the machine is quiet"
        )
    return notes


def describe_setup(hardware: Mapping[str, Any]) -> str:
    """The device, threads, precision and versions that were used for timing."""
    threads = hardware["threads"]
    memory = (
        "allocated on the device"
        if hardware["memory_kind"] == "device"
        else "by which the process grew"
    )
    return (
        f"{hardware['device_name']}, {pluralize(threads, 'thread')}, "
        f"{hardware['precision']}, {hardware['layout']}, torch {hardware['versions']['torch']}; "
        f"training in batches of {hardware['batch_size']}; memory: the peak {memory} in training"
    )
