"""`netlab runs`: list, show, stop, resume and remove the runs of the lab."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netlab.cli.shared.command_options import jobs_option, json_option
from netlab.cli.shared.lab_option import chosen_lab, suggest, with_lab
from netlab.cli.shared.output import print_json, print_lines
from netlab.lab.run_state import RESTARTABLE_STATES

if TYPE_CHECKING:
    from netlab.lab.records import Entry
    from netlab.lab.store import Lab


class DefaultListGroup(click.Group):
    """A group that lists the study STUDY if its first word is not a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `list` if the first word is not a command."""
        first = 0
        while first < len(args) and args[first].startswith("--db"):
            first += 1 if "=" in args[first] else 2
        word = args[first] if first < len(args) else None
        if word not in self.commands and word not in ctx.help_option_names:
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=DefaultListGroup, subcommand_metavar="[STUDY] | COMMAND …")
def runs() -> None:
    """List the runs of STUDY or of all studies; show, stop, resume or remove some.

    A RUN is given by its id or the first characters of it. With --all the list also has runs that
    were repeated, and runs of networks that a study no longer has since its recipe was changed.
    """


@runs.command("list", short_help="List the runs of STUDY or of all studies; the default command.")
@click.argument("study", required=False)
@click.option("--all", "past", is_flag=True, help="Also runs that are no longer in their study.")
@json_option()
def list_runs(study: str | None, past: bool, as_json: bool) -> None:
    """List the runs of STUDY, or of all studies; the same as `netlab runs [STUDY]`."""
    from netlab.cli.shared.run_text import grouped_messages, run_as_dict, runs_table
    from netlab.lab.scheduler.reconcile import reconciled_entries
    from netlab.report.notes import note_outdated_runs

    with open_for_reading(chosen_lab()) as lab:
        entries = reconciled_entries(lab, study, past=past)
        outdated = 0 if past else lab.runs.count_outdated(study)
        if as_json:
            print_json([run_as_dict(entry, lab) for entry in entries])
            return
    if not entries and not outdated:
        click.echo(f"no runs yet: {suggest('run', 'demo')} makes some", err=True)
        return
    print_lines(runs_table(entries, with_study=study is None))
    print_lines(grouped_messages(entries), err=True)
    if not past:
        print_how_to_resume(entries)
    print_lines(map(with_lab, note_outdated_runs(outdated, study, "this list")), err=True)


@runs.command(short_help="Everything about one run.")
@click.argument("run")
@json_option()
def show(run: str, as_json: bool) -> None:
    """Everything about one run: results, recipe, epochs, and the log if it failed."""
    from netlab.cli.shared.run_text import run_details_as_dict, run_page
    from netlab.lab.scheduler.reconcile import reconciled_entries

    with open_for_reading(chosen_lab()) as lab:
        entries = {entry.run.id: entry for entry in reconciled_entries(lab, past=True)}
        entry = entries[lab.runs.get(run).id]
        curve = lab.runs.epochs(entry.run.id)
        if as_json:
            print_json(run_details_as_dict(entry, curve, lab))
            return
        print_lines(run_page(entry, curve, lab))
        print_how_to_resume([entry])


@runs.command()
@click.argument("which", nargs=-1, metavar="RUN…")
@click.option("--all", "every", is_flag=True, help="Every run that is queued or running.")
@json_option()
def stop(which: tuple[str, ...], every: bool, as_json: bool) -> int:
    """Stop runs at their next checkpoint; `resume` goes on with them.

    The exit code is 1 if a worker has not stopped within a minute and a half.
    """
    from netlab.lab.scheduler.reconcile import reconcile, wait_until_stopped
    from netlab.lab.store import Lab

    if bool(which) == every:
        raise click.UsageError("name the runs to stop, or say --all")
    with Lab.open(chosen_lab()) as lab:
        reconcile(lab)
        ids = [entry.run.id for entry in (find_runs(lab, which) if which else active_entries(lab))]
        for run in ids:
            lab.runs.request_stop(run, "stop")
        if any(run.state == "running" for run in lab.runs.by_id(ids).values()):
            click.echo("waiting for the checkpoints", err=True)
        stopped = wait_until_stopped(lab, ids)
        print_states(lab, ids, as_json=as_json)
    if not ids:
        click.echo("no run is queued or running", err=True)
    return 0 if stopped else 1


@runs.command(short_help="Go on from their last checkpoint with runs that have no result.")
@click.argument("which", nargs=-1, required=True, metavar="RUN…")
@click.option("--device", help="auto, cpu, cuda:0 …; by default the one last requested.")
@jobs_option
@click.option("--detach", is_flag=True, help="Train in the background.")
@json_option()
def resume(
    which: tuple[str, ...], device: str | None, jobs: int, detach: bool, as_json: bool
) -> int:
    """Go on with runs that have no result, from their last checkpoint; failed ones too."""
    from netlab.cli.shared.progress import supervise_with_progress
    from netlab.lab.scheduler.reconcile import reconcile
    from netlab.lab.scheduler.start_supervisor import start_supervisor
    from netlab.lab.store import Lab

    with Lab.open(chosen_lab()) as lab:
        reconcile(lab)
        ids = [entry.run.id for entry in find_runs(lab, which)]
        lab.runs.requeue(*ids)
        chosen = lab.runs.entries_for(ids)
        if detach:
            started = start_supervisor(lab, ids, device=device, jobs=jobs)
            where = f"(pid {started.pid}): see {started.log}"
            click.echo(f"training in the background {where}", err=True)
            print_states(lab, ids, as_json=as_json)
            return 0
        outcome = supervise_with_progress(lab, chosen, device=device, jobs=jobs)
        print_states(lab, ids, as_json=as_json)
        return outcome.exit_code


@runs.command()
@click.argument("which", nargs=-1, required=True, metavar="RUN…")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option()
def remove(which: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Delete runs with their results, checkpoints and logs."""
    from netlab.lab.scheduler.reconcile import reconcile
    from netlab.lab.store import Lab

    with Lab.open(chosen_lab()) as lab:
        reconcile(lab)
        chosen = find_runs(lab, which)
        if not yes:
            confirm_removal(chosen)
        for entry in chosen:
            lab.runs.remove(entry.run.id)
    if as_json:
        print_json([entry.run.id for entry in chosen])
    else:
        print_lines((f"removed {describe_run(entry)}" for entry in chosen), err=True)


def open_for_reading(db: Path) -> Lab:
    """Open the lab; read-only if there is no permission to write."""
    from netlab.lab.db.connection import ReadOnlyLabError
    from netlab.lab.store import Lab

    try:
        return Lab.open(db)
    except ReadOnlyLabError:
        return Lab.open(db, readonly=True)


def find_runs(lab: Lab, which: tuple[str, ...]) -> list[Entry]:
    """The distinct runs with these ids or starts of ids. Raises `LabError`."""
    ids = list(dict.fromkeys(lab.runs.get(word).id for word in which))
    known = {entry.run.id: entry for entry in lab.runs.entries_for(ids)}
    return [known[run] for run in ids]


def active_entries(lab: Lab) -> list[Entry]:
    """One entry for each run that is queued or running."""
    entries = {entry.run.id: entry for entry in lab.runs.entries(past=True)}
    return [entry for entry in entries.values() if not entry.run.finished]


def confirm_removal(entries: list[Entry]) -> None:
    """Ask before runs are deleted; abort if the user says no or cannot be asked."""
    if not sys.stdin.isatty():
        raise click.UsageError("say --yes to remove runs where nobody can be asked")
    print_lines((f"{describe_run(entry)}: {entry.run.state}" for entry in entries), err=True)
    count = "this run" if len(entries) == 1 else f"these {len(entries)} runs"
    click.confirm(f"Remove {count} with results and checkpoints?", abort=True, err=True)


def describe_run(entry: Entry) -> str:
    """Id, study, variant and seed of a run."""
    return f"{entry.run.id} ({entry.study}, {entry.variant}, seed {entry.run.seed})"


def print_states(lab: Lab, ids: list[str], *, as_json: bool) -> None:
    """Print the states of these runs, as text with a hint on how to resume them."""
    from netlab.cli.shared.run_text import run_as_dict, state_and_message

    entries = lab.runs.entries_for(ids)
    if as_json:
        print_json([run_as_dict(entry, lab) for entry in entries])
        return
    print_lines((f"{describe_run(one)}: {state_and_message(one.run)}" for one in entries), err=True)
    print_how_to_resume(entries)


def print_how_to_resume(entries: Iterable[Entry]) -> None:
    """Suggest the command that resumes the runs that ended without a result."""
    runs = (entry.run for entry in entries)
    ids = list(dict.fromkeys(run.id for run in runs if run.state in RESTARTABLE_STATES))
    if ids:
        what = "it" if len(ids) == 1 else "them"
        click.echo(f"{suggest('runs', 'resume', *ids)} goes on with {what}", err=True)
