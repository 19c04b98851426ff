"""`netlab runs`: what the lab holds, and what to do with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netlab.cli.output import print_json
from netlab.cli.suggesting import command, for_this_lab

if TYPE_CHECKING:
    from netlab.lab.records import Entry
    from netlab.lab.store import Lab

as_json = click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")


class ListByDefault(click.Group):
    """A group whose first word is a study to list, unless it is one of its commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` before words that name no command."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=ListByDefault, subcommand_metavar="[STUDY] | COMMAND …")
def runs() -> None:
    """List runs, of STUDY or of all studies; show, stop, resume or remove some.

    A RUN is called by its id or the first characters of it. With --all the list also has runs of
    networks that a study no longer has, since its recipe was changed, and runs that were repeated.
    """


@runs.command("list", short_help="List runs, of STUDY or of all studies; as without a command.")
@click.argument("study", required=False)
@click.option(
    "--all",
    "past",
    is_flag=True,
    help="Also runs whose place a newer one has taken, or that their study has no more.",
)
@as_json
@click.pass_obj
def list_runs(obj: dict[str, Path], study: str | None, past: bool, as_json: bool) -> None:
    """List the runs of STUDY, or of all studies; the same as `netlab runs [STUDY]`."""
    from netlab.cli.run_text import facts, table, troubles
    from netlab.lab.truth import true_entries
    from netlab.report.notes import outdated_runs

    with opened(obj["db"]) as lab:
        entries = true_entries(lab, study, past=past)
        outdated = 0 if past else lab.outdated(study)
        if as_json:
            print_json([facts(entry, lab) for entry in entries])
            return
    if not entries and not outdated:
        click.echo(f"no runs yet: `{command('run RECIPE')}` makes some", err=True)
        return
    for line in table(entries, with_study=study is None):
        click.echo(line)
    for line in (*troubles(entries), *outdated_runs(outdated, study, "this list")):
        click.echo(for_this_lab(line), err=True)


@runs.command(short_help="All that is known of one run, with its log if it went wrong.")
@click.argument("run")
@as_json
@click.pass_obj
def show(obj: dict[str, Path], run: str, as_json: bool) -> None:
    """All that is known of one run: results, recipe, epochs, and the log if it went wrong."""
    from netlab.cli.run_text import all_facts, page
    from netlab.lab.truth import true_entries

    with opened(obj["db"]) as lab:
        entries = {entry.run.id: entry for entry in true_entries(lab, past=True)}
        entry = entries[lab.run(run).id]
        curve = lab.curve(entry.run.id)
        if as_json:
            print_json(all_facts(entry, curve, lab))
            return
        for line in page(entry, curve, lab):
            click.echo(for_this_lab(line))


@runs.command()
@click.argument("which", nargs=-1, metavar="RUN…")
@click.option("--all", "every", is_flag=True, help="Every run that waits or trains.")
@as_json
@click.pass_obj
def stop(obj: dict[str, Path], which: tuple[str, ...], every: bool, as_json: bool) -> int:
    """Stop runs at their next checkpoint; `resume` goes on with them.

    Leaves with 1 if a worker has not stopped within a minute and a half.
    """
    from netlab.lab.lead import reconcile, settle
    from netlab.lab.store import Lab

    if bool(which) == every:
        raise click.UsageError("name the runs to stop, or say --all")
    with Lab.open(obj["db"]) as lab:
        reconcile(lab)
        chosen = named(lab, which) if which else [e for e in unique(lab) if not e.run.settled]
        for entry in chosen:
            lab.want(entry.run.id, "stop")
        ids = [entry.run.id for entry in chosen]
        if any(run.state == "running" for run in lab.runs(ids).values()):
            click.echo("waiting for the checkpoints", err=True)
        stopped = settle(lab, ids)
        tell(lab, ids, as_json=as_json)
    if not chosen:
        click.echo("no run waits or trains", err=True)
    return 0 if stopped else 1


@runs.command(short_help="Go on from their last checkpoint with runs that have no result.")
@click.argument("which", nargs=-1, required=True, metavar="RUN…")
@click.option("--device", help="auto, cpu, cuda:0 …; by default the one last asked for.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="Workers at once.")
@click.option("--detach", is_flag=True, help="Train in the background.")
@as_json
@click.pass_obj
def resume(
    obj: dict[str, Path],
    which: tuple[str, ...],
    device: str | None,
    jobs: int,
    detach: bool,
    as_json: bool,
) -> int:
    """Go on with runs that have no result, from their last checkpoint; failed ones too."""
    from netlab.cli.progress import progress
    from netlab.lab.detach import detach as start_detached
    from netlab.lab.lead import reconcile
    from netlab.lab.store import Lab
    from netlab.lab.supervisor import supervise

    with Lab.open(obj["db"]) as lab:
        reconcile(lab)
        ids = [entry.run.id for entry in named(lab, which)]
        lab.requeue(*ids)
        chosen = lab.entries_of(ids)
        if detach:
            started = start_detached(lab, ids, device=device, jobs=jobs)
            click.echo(
                f"training in the background (pid {started.pid}): see {started.log}", err=True
            )
            tell(lab, ids, as_json=as_json)
            return 0
        with progress(chosen) as listener:
            outcome = supervise(lab, chosen, device=device, jobs=jobs, listener=listener)
        tell(lab, ids, as_json=as_json)
        return outcome.exit_code


@runs.command()
@click.argument("which", nargs=-1, required=True, metavar="RUN…")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@click.pass_obj
def remove(obj: dict[str, Path], which: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Forget runs for good, with their results, checkpoints and logs."""
    from netlab.lab.lead import reconcile
    from netlab.lab.store import Lab

    with Lab.open(obj["db"]) as lab:
        reconcile(lab)
        chosen = named(lab, which)
        if not yes:
            confirm(chosen)
        for entry in chosen:
            lab.remove(entry.run.id)
    if as_json:
        print_json([entry.run.id for entry in chosen])
    else:
        for entry in chosen:
            click.echo(f"removed {words(entry)}", err=True)


def opened(db: Path) -> Lab:
    """The lab, for reading where it may not be written."""
    from netlab.lab.connection import ReadOnlyLabError
    from netlab.lab.store import Lab

    try:
        return Lab.open(db)
    except ReadOnlyLabError:
        return Lab.open(db, readonly=True)


def named(lab: Lab, which: tuple[str, ...]) -> list[Entry]:
    """The runs that a person named, each once. Raises `LabError` for a name that fits none."""
    ids = list(dict.fromkeys(lab.run(word).id for word in which))
    known = {entry.run.id: entry for entry in lab.entries_of(ids)}
    return [known[run] for run in ids]


def unique(lab: Lab) -> list[Entry]:
    """An entry for each run of the lab."""
    return list({entry.run.id: entry for entry in lab.entries(past=True)}.values())


def confirm(entries: list[Entry]) -> None:
    """Ask before runs are forgotten; leave if the answer is no."""
    if not sys.stdin.isatty():
        raise click.UsageError("say --yes to remove runs where nobody can be asked")
    for entry in entries:
        click.echo(f"{words(entry)}: {entry.run.state}", err=True)
    count = "this run" if len(entries) == 1 else f"these {len(entries)} runs"
    click.confirm(f"Remove {count} with results and checkpoints?", abort=True, err=True)


def words(entry: Entry) -> str:
    """A run by id and place."""
    return f"{entry.run.id} ({entry.study}, {entry.variant}, seed {entry.run.seed})"


def tell(lab: Lab, ids: list[str], *, as_json: bool) -> None:
    """How these runs stand now."""
    from netlab.cli.run_text import facts, trouble

    entries = lab.entries_of(ids)
    if as_json:
        print_json([facts(entry, lab) for entry in entries])
        return
    for entry in entries:
        click.echo(for_this_lab(f"{words(entry)}: {trouble(entry.run)}"), err=True)
