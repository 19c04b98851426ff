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

from netlab.cli.shared.lab_option import chosen_lab, suggest
from netlab.cli.shared.output import align_columns, print_json
from netlab.errors import NetlabError

PACKAGES = (
    "netlab", "torch", "torchvision", "torchinfo", "thop", "textual", "rich", "sqlite-utils",
)  # fmt: skip

FindingLevel = Literal["ok", "note", "fault"]
MARKS: dict[FindingLevel, str] = {"ok": "ok", "note": "note", "fault": "FAULT"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it stands, and what to do where it could stand better."""

    subject: str
    verdict: FindingLevel
    found: str
    remedy: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
def doctor(as_json: bool) -> int:
    """Versions, device, threads, bfloat16, data sets, cache, lab, settings; and what would help.

    Leaves with 1 if something is at fault, so that scripts can ask.
    """
    findings = list(examine(chosen_lab()))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for line in findings_text(findings):
            click.echo(line)
    return int(any(finding.verdict == "fault" for finding in findings))


def findings_text(findings: list[Finding]) -> list[str]:
    """The findings for people: aligned, each remedy on a line of its own."""
    table = align_columns(["", "", ""], [[f.subject, MARKS[f.verdict], f.found] for f in findings])[
        1:
    ]
    out = []
    for finding, line in zip(findings, table, strict=True):
        out.append(line)
        if finding.remedy:
            out.append(f"    → {finding.remedy}")
    return out


def examine(db: Path) -> Iterator[Finding]:
    """Look at everything a study needs, one finding after the other."""
    yield Finding("python", "ok", f"{platform.python_version()} at {sys.executable}")
    yield from check_packages()
    for look, subject in (
        (check_device, "device"),
        (check_data_sets, "data"),
        (check_cache, "cache"),
    ):
        yield from guarded_check(look, subject)
    yield from guarded_check(partial(check_lab, db), "lab")
    yield from guarded_check(check_settings, "settings")


def guarded_check(look: Callable[[], Iterator[Finding]], subject: str) -> Iterator[Finding]:
    """The findings of `look`; what it cannot look at is a finding too."""
    try:
        yield from look()
    except (NetlabError, OSError, ImportError) as error:
        yield Finding(subject, "fault", str(error))


def check_packages() -> Iterator[Finding]:
    """The versions of what netlab stands on."""
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    yield Finding("packages", "ok", ", ".join(found))
    if missing:
        yield Finding(
            "packages", "fault", f"missing: {', '.join(missing)}", "pip install netlab again"
        )


def check_device() -> Iterator[Finding]:
    """The device that `auto` takes, its precision, and the threads of the CPU."""
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
    yield Finding(
        "bfloat16",
        "ok" if chosen.bfloat16 else "note",
        "native" if chosen.bfloat16 else "not native: protocols that ask for it use float32",
    )
    threads, cores = cpu_threads(), os.cpu_count() or 1
    yield Finding(
        "threads",
        "ok" if threads >= min(cores, 2) else "note",
        f"{threads} of {cores} cores",
        "" if threads >= min(cores, 2) else "unset OMP_NUM_THREADS",
    )


def check_data_sets() -> Iterator[Finding]:
    """Which named data sets are here."""
    from netlab.datasets.catalogue import CATALOGUE

    for data in CATALOGUE.values():
        here = data.is_present()
        yield Finding(
            f"data {data.name}",
            "ok" if here else "note",
            f"at {data.location()}" if here else f"not at {data.location()}",
            "" if here else data.download_command(),
        )


def check_cache() -> Iterator[Finding]:
    """Whether data sets can be kept."""
    from netlab.paths import cache_folder

    folder = cache_folder()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if os.access(nearest, os.W_OK):
        yield Finding("cache", "ok", str(folder))
    else:
        yield Finding(
            "cache", "fault", f"{folder} cannot be written", "set NETLAB_CACHE to a folder of yours"
        )


def check_lab(db: Path) -> Iterator[Finding]:
    """The lab file: how much is in it, and whether anything is left undone."""
    yield Finding("sqlite", "ok", sqlite3.sqlite_version)
    if not db.exists():
        yield Finding(
            "lab", "note", f"{db} does not exist yet", f"{suggest('run', 'demo')} makes it"
        )
        return
    from netlab.lab.run_state import UNFINISHED_STATES
    from netlab.lab.store import Lab

    with Lab.open(db, readonly=True) as opened:
        studies, entries = opened.studies.all(), opened.runs.entries()
    runs = {entry.run.id: entry.run for entry in entries}
    yield Finding("lab", "ok", f"{db}: {len(studies)} studies, {len(runs)} runs")
    left = [run for run in runs.values() if run.state in UNFINISHED_STATES]
    failed = [run for run in runs.values() if run.state in ("failed", "diverged")]
    if left:
        yield Finding(
            "lab", "note", f"{len(left)} runs are not finished", f"{suggest('runs')} lists them"
        )
    if failed:
        yield Finding("lab", "note", f"{len(failed)} runs failed", f"{suggest('runs')} shows why")


def check_settings() -> Iterator[Finding]:
    """The app's settings file, and every slip in it."""
    read = importlib.import_module("tui.config.settings")  # the app's own reading of it
    file = read.settings_file()
    actions = importlib.import_module("tui.modes").all_actions()
    _, problems = read.load_settings(actions, file)
    for problem in problems:
        yield Finding("settings", "note", problem.removeprefix(f"{file}: "))
    if problems:
        yield Finding("settings", "note", f"all in {file}; these stay as by default")
    elif file.exists():
        yield Finding("settings", "ok", str(file))
    else:
        yield Finding("settings", "ok", f"no file at {file}: the defaults are used")
