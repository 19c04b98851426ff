"""`netlab run`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netlab.cli.shared.command_options import (
    Overrides,
    device_option,
    jobs_option,
    json_option,
    override_options,
)
from netlab.cli.shared.lab_option import chosen_lab, suggest, with_lab
from netlab.cli.shared.output import print_json, print_lines
from netlab.errors import NetlabError
from netlab.format import join_with_and

if TYPE_CHECKING:
    from netlab.lab.records import Entry
    from netlab.lab.scheduler.supervisor import SupervisorOutcome
    from netlab.lab.store import Lab
    from netlab.planning.plan import Plan


@click.command()
@click.argument("recipes", nargs=-1, required=True, metavar="RECIPE…")
@override_options
@device_option("auto, cpu, cuda:0, mps … for training.")
@jobs_option
@click.option("--detach", is_flag=True, help="Train in the background and return at once.")
@click.option("--retry-failed", is_flag=True, help="Also repeat runs that failed or diverged.")
@click.option("--again", is_flag=True, help="Repeat runs that are done already.")
@click.option("--strict", is_flag=True, help="Exit code 1 if a claim of a study is refuted.")
@json_option("The runs as JSON when they have ended.")
def run(
    recipes: tuple[str, ...],
    overrides: Overrides,
    device: str,
    jobs: int,
    detach: bool,
    retry_failed: bool,
    again: bool,
    strict: bool,
    as_json: bool,
) -> int:
    """Train every run of each RECIPE that is not done yet, and record it in the lab.

    Runs that were interrupted go on from their last checkpoint. Ctrl-C stops the runs and keeps
    what is trained so far; the same command (without --again) goes on from there.
    """
    from netlab.cli.shared.progress import supervise_with_progress
    from netlab.lab.store import Lab
    from netlab.planning.plan import make_plan
    from netlab.training.device import choose_device

    if strict and detach:
        raise click.UsageError("--strict needs the verdicts, which --detach does not wait for")
    choose_device(device)
    plans = without_duplicates(make_plan(recipe, **overrides).require_data() for recipe in recipes)
    print_lines((f"{plan.recipe.name}: {plan.size_text}" for plan in plans), err=True)
    with Lab.open(chosen_lab(), create=True) as lab:
        entries = [
            entry
            for plan in plans
            for entry in lab.studies.register(plan.entry(), again=again, retry_failed=retry_failed)
        ]
        if detach:
            return run_in_background(lab, entries, device=device, jobs=jobs)
        outcome = supervise_with_progress(lab, entries, device=device, jobs=jobs)
        refuted = print_claim_tallies(lab, entries)
        print_outdated(lab, entries)
    if as_json:
        print_json([entry_as_dict(entry) for entry in outcome.entries])
    names = dict.fromkeys(plan.recipe.name for plan in plans)
    click.echo(closing_message(outcome, names, again=again), err=True)
    return outcome.exit_code or int(strict and refuted)


def without_duplicates(plans: Iterable[Plan]) -> list[Plan]:
    """`plans` without repeated studies.

    Raises `NetlabError` if two files are the same study, because one would replace the other.
    """
    found: dict[tuple[str, str], Plan] = {}
    for plan in plans:
        recipe = plan.recipe
        other = found.setdefault((recipe.name, recipe.condition), plan).recipe
        if Path(other.file).resolve() != Path(recipe.file).resolve():
            raise NetlabError(
                f"{other.file} and {recipe.file} are both study '{recipe.name}', and one would "
                "replace the other in the lab: give one of them another `study.name`"
            )
    return list(found.values())


def run_in_background(lab: Lab, entries: list[Entry], *, device: str, jobs: int) -> int:
    """Start a background supervisor that trains the runs; returns the exit code 0."""
    from netlab.lab.scheduler.start_supervisor import start_supervisor

    started = start_supervisor(lab, [entry.run.id for entry in entries], device=device, jobs=jobs)
    click.echo(
        f"{len(entries)} runs in the background (pid {started.pid}); "
        f"{suggest('runs')} shows them, {started.log} has the log",
        err=True,
    )
    return 0


def print_claim_tallies(lab: Lab, entries: Iterable[Entry]) -> bool:
    """Print the number of claims per verdict for each study; True if any is refuted."""
    from netlab.report.load import load_study
    from netlab.report.verdicts.claim_summary import count_claims

    refuted = False
    for study, condition in studies_of(entries):
        verdicts = load_study(lab, study, condition).verdicts
        if verdicts:
            see = suggest("claims", study)
            click.echo(f"{study}, {count_claims(verdicts)}: see {see}", err=True)
        refuted |= any(one.kind == "refuted" for one in verdicts)
    return refuted


def print_outdated(lab: Lab, entries: Iterable[Entry]) -> None:
    """Print how many results are no longer in a table because a recipe was changed."""
    from netlab.report.notes import note_outdated_runs

    for study, condition in studies_of(entries):
        count = lab.runs.count_outdated(study, condition)
        notes = note_outdated_runs(count, study, f"the table of {study}")
        print_lines(map(with_lab, notes), err=True)


def studies_of(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    """The distinct studies of the runs, as (name, condition)."""
    return list(dict.fromkeys((one.study, one.run.condition) for one in entries))


def entry_as_dict(entry: Entry) -> dict[str, Any]:
    """One run as JSON values."""
    run = entry.run
    return {
        "study": entry.study,
        "variant": entry.variant,
        "seed": run.seed,
        "run": run.id,
        "state": run.state,
        "reason": run.reason,
        "message": run.message,
        **run.results,
    }


def closing_message(outcome: SupervisorOutcome, studies: Iterable[str], *, again: bool) -> str:
    """How many runs are done, and what to do next."""
    done, rest = len(outcome.done), len(outcome.unfinished)
    if not rest:
        exports = join_with_and(suggest("export", name) for name in studies)
        return f"all {done} runs are done: {exports} gives the table"
    if outcome.interrupted:
        same = "the same command without --again" if again else "the same command"
        return f"{done} of {done + rest} runs are done: {same} goes on from here"
    failed = any(entry.run.state in ("failed", "diverged") for entry in outcome.unfinished)
    retry = "; `--retry-failed` trains failed ones again" if failed else ""
    return f"{done} of {done + rest} runs are done: {suggest('runs')} shows the others{retry}"
