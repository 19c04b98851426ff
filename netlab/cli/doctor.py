"""`netlab doctor`."""

from __future__ import annotations

import importlib
import os
import platform
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import click

from netlab.cli.shared.command_options import json_option
from netlab.cli.shared.lab_option import chosen_lab, suggest
from netlab.cli.shared.output import align_properties, print_json, print_lines
from netlab.errors import NetlabError

PACKAGES = (
    "netlab", "torch", "torchvision", "torchinfo", "thop", "textual", "rich", "sqlite-utils",
)  # fmt: skip

FindingLevel = Literal["ok", "note", "fault"]
MARKS: dict[FindingLevel, str] = {"ok": "ok", "note": "note", "fault": "FAULT"}


@dataclass(frozen=True)
class Finding:
    """The result of one check, and a remedy if there is one."""

    subject: str
    verdict: FindingLevel
    found: str
    remedy: str = ""


@click.command()
@json_option("The findings as JSON.")
def doctor(as_json: bool) -> int:
    """Check versions, device, threads, bfloat16, data sets, cache, lab and settings.

    Says what would help. The exit code is 1 if there is a fault.
    """
    findings = list(examine(chosen_lab()))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        print_lines(findings_text(findings))
    return int(any(finding.verdict == "fault" for finding in findings))


def findings_text(findings: list[Finding]) -> list[str]:
    """The findings as aligned lines, with each remedy on a separate line."""
    table = align_properties((f.subject, MARKS[f.verdict], f.found) for f in findings)
    lines = []
    for finding, line in zip(findings, table, strict=True):
        lines += [line, f"    → {finding.remedy}"] if finding.remedy else [line]
    return lines


def examine(db: Path) -> Iterator[Finding]:
    """Run all checks and give their findings."""
    yield Finding("python", "ok", f"{platform.python_version()} at {sys.executable}")
    yield from check_packages()
    for check, subject in (
        (check_device, "device"),
        (check_data_sets, "data"),
        (check_cache, "cache"),
        (partial(check_lab, db), "lab"),
        (check_settings, "settings"),
    ):
        yield from guarded_check(check, subject)


def guarded_check(check: Callable[[], Iterator[Finding]], subject: str) -> Iterator[Finding]:
    """The findings of `check`; an error in it becomes a finding with the verdict `fault`."""
    try:
        yield from check()
    except (NetlabError, OSError, ImportError) as error:
        yield Finding(subject, "fault", str(error))


def check_packages() -> Iterator[Finding]:
    """The versions of netlab and of its main packages; missing ones are faults."""
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    yield Finding("packages", "ok", ", ".join(found))
    if missing:
        what = f"missing: {', '.join(missing)}"
        yield Finding("packages", "fault", what, "pip install netlab again")


def check_device() -> Iterator[Finding]:
    """The device that `auto` chooses, its precision, and the CPU threads."""
    from netlab.training.device import choose_device, cpu_threads

    chosen = choose_device("auto")
    yield Finding("device", "ok", f"{chosen.torch_device} ({chosen.name})")
    if chosen.is_cpu:
        yield Finding(
            "accelerator",
            "note",
            "none found: training uses the CPU",
            "with a GPU, install the torch build for it from pytorch.org",
        )
    if chosen.bfloat16:
        yield Finding("bfloat16", "ok", "native")
    else:
        yield Finding("bfloat16", "note", "not native: protocols that use it take float32 instead")
    threads, cores = cpu_threads(), os.cpu_count() or 1
    found = f"{threads} of {cores} cores"
    if threads >= min(cores, 2):
        yield Finding("threads", "ok", found)
    else:
        yield Finding("threads", "note", found, "unset OMP_NUM_THREADS")


def check_data_sets() -> Iterator[Finding]:
    """Which named data sets are in the cache."""
    from netlab.datasets.catalogue import CATALOGUE

    for data in CATALOGUE.values():
        subject = f"data {data.name}"
        if data.is_present():
            yield Finding(subject, "ok", f"at {data.location()}")
        else:
            yield Finding(subject, "note", f"not at {data.location()}", data.download_command())


def check_cache() -> Iterator[Finding]:
    """Whether the cache folder can be written."""
    from netlab.paths import cache_folder

    folder = cache_folder()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if os.access(nearest, os.W_OK):
        yield Finding("cache", "ok", str(folder))
    else:
        remedy = "set NETLAB_CACHE to a folder of yours"
        yield Finding("cache", "fault", f"{folder} cannot be written", remedy)


def check_lab(db: Path) -> Iterator[Finding]:
    """The lab: how many runs it has, and which are not done."""
    yield Finding("sqlite", "ok", sqlite3.sqlite_version)
    if not db.exists():
        remedy = f"{suggest('run', 'demo')} makes it"
        yield Finding("lab", "note", f"{db} does not exist yet", remedy)
        return
    from netlab.lab.run_state import UNFINISHED_STATES
    from netlab.lab.store import Lab

    with Lab.open(db, readonly=True) as opened:
        studies = {found.study for found in opened.studies.conditions()}
        entries = opened.runs.entries()
    runs = {entry.run.id: entry.run for entry in entries}
    yield Finding("lab", "ok", f"{db}: {len(studies)} studies, {len(runs)} runs")
    left = [run for run in runs.values() if run.state in UNFINISHED_STATES]
    failed = [run for run in runs.values() if run.state in ("failed", "diverged")]
    if left:
        remedy = f"{suggest('runs')} lists them"
        yield Finding("lab", "note", f"{len(left)} runs are not finished", remedy)
    if failed:
        yield Finding("lab", "note", f"{len(failed)} runs failed", f"{suggest('runs')} shows why")


def check_settings() -> Iterator[Finding]:
    """The app's settings file, and every mistake in it."""
    # By name, because only the app may have import statements for the app.
    read = importlib.import_module("tui.config.settings")
    file = read.settings_file()
    actions = importlib.import_module("tui.modes").all_actions()
    _, problems = read.load_settings(actions, file)
    for problem in problems:
        yield Finding("settings", "note", problem.removeprefix(f"{file}: "))
    if problems:
        yield Finding("settings", "note", f"all in {file}; the defaults are used for these")
    elif file.exists():
        yield Finding("settings", "ok", str(file))
    else:
        yield Finding("settings", "ok", f"no file at {file}: the defaults are used")
