"""`netlab guide`: from a question to a prediction, the runs and a verdict."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from netlab.cli.shared.command_options import jobs_option, json_option
from netlab.cli.shared.cost_table import cost_table
from netlab.cli.shared.lab_option import chosen_lab, suggest, with_lab
from netlab.cli.shared.output import align_columns, print_json, print_lines
from netlab.format import format_duration, pluralize

if TYPE_CHECKING:
    from netlab.planning.plan import Plan
    from netlab.report.guide_status import GuideStatus
    from netlab.report.guides import Guide

PREDICTION_OF_ANSWER = {"y": "supported", "n": "refuted"}


@dataclass(frozen=True)
class GuideProgress:
    """A guide in its short or long form, with its plan and its status in the lab."""

    guide: Guide
    plan: Plan
    status: GuideStatus

    @property
    def own_words(self) -> str:
        """The user's last prediction in words about the whole study; empty if there is none."""
        return self.status.own_words.text if self.status.own_words else ""


@click.command()
@click.argument("name", required=False)
@click.option("--full", is_flag=True, help="The long form on CIFAR-10 instead of the short one.")
@click.option("--run", "run_now", is_flag=True, help="Train without asking.")
@jobs_option
@json_option("The guide and its status as JSON.")
@click.pass_context
def guide(
    ctx: click.Context, name: str | None, full: bool, run_now: bool, jobs: int, as_json: bool
) -> int:
    """Go through a study step by step: its question, your prediction, its runs, the verdicts.

    Without NAME it lists the guides. On a terminal it asks what you expect of every claim before
    it trains the short form, and then shows the verdicts beside your predictions and beside the
    source's figures.
    """
    from netlab.report.guides import find_guide

    if name is None:
        _print_guides(as_json=as_json)
        return 0
    found = find_guide(name)
    db = chosen_lab()
    progress = _load_progress(found, db, quick=not full)
    if as_json and not run_now:
        print_json(_as_dict(progress))
        return 0
    interactive = is_interactive() and not as_json
    if not as_json:
        _print_introduction(progress)
    code = 0
    if run_now or (interactive and _confirm_training(progress, db)):
        from netlab.cli.run import run

        code = ctx.invoke(
            run, recipes=(found.recipe.file,), quick=not full, device="auto", jobs=jobs
        )
        progress = _load_progress(found, db, quick=not full)
    if as_json:
        print_json(_as_dict(progress))
    else:
        _print_verdicts(progress, full=full)
    return code


def is_interactive() -> bool:
    """Whether a user can answer questions, which means that stdin is a terminal."""
    return sys.stdin.isatty()


def _print_guides(*, as_json: bool) -> None:
    from netlab.report.guides import iter_guides

    found = list(iter_guides())
    if as_json:
        print_json([{"name": one.name, "question": one.recipe.question} for one in found])
        return
    rows = [[one.name, one.recipe.question] for one in found]
    print_lines(align_columns(["guide", "question"], rows))
    click.echo(f"{suggest('guide', found[0].name)} starts the first", err=True)


def _load_progress(found: Guide, db: Path, *, quick: bool) -> GuideProgress:
    from netlab.lab.store import Lab
    from netlab.planning.plan import make_plan
    from netlab.report.guide_status import load_guide_status, not_run

    plan = make_plan(found.recipe.file, quick=quick)
    if not db.exists():
        return GuideProgress(found, plan, not_run(found, full=not quick))
    form = (found.name, found.condition(full=not quick))
    with Lab.open(db, readonly=True) as lab:
        entered = any((one.study, one.condition) == form for one in lab.studies.conditions())
        status = load_guide_status(lab, found, full=not quick, entered=entered)
    return GuideProgress(found, plan, status)


def _print_introduction(progress: GuideProgress) -> None:
    """Print the question, its motivation, the costs of all variants, and the claims."""
    recipe = progress.plan.recipe
    _print_paragraph(recipe.question, bold=True)
    click.echo()
    _print_paragraph(recipe.why)
    click.echo()
    print_lines(cost_table(progress.plan, "why", lambda v: v.because or "; ".join(v.changes)))
    click.echo()
    click.echo("The source claims:")
    for number, question in enumerate(progress.guide.questions, 1):
        click.echo(f"{number:3}. {question.says}")
        click.echo(f"     {question.figure or 'no figure'} ({question.source or 'no source'})")


def _confirm_training(progress: GuideProgress, db: Path) -> bool:
    """Ask for missing predictions, then whether to train; True if yes."""
    from netlab.cli.shared.training_time import estimate_training_time

    recipe = progress.plan.recipe
    time = estimate_training_time(progress.plan, db, "auto")
    left = len(progress.plan.specs()) - time.done_runs
    if not left:
        return False
    click.echo()
    if not progress.own_words and not any(one.predicted for one in progress.status.outcomes):
        _ask_predictions(progress, db)
        click.echo()
    about = f"about {format_duration(time.seconds)} one at a time"
    question = f"Train {pluralize(left, 'run')} of {recipe.data.label}, {about}?"
    return click.confirm(question, default=True, err=True)


def _ask_predictions(progress: GuideProgress, db: Path) -> None:
    """Ask for a prediction of each claim that needs runs, and store it in the lab."""
    from netlab.lab.store import Lab

    click.echo(
        "Before anything runs: what do you expect? y: it holds, n: it does not, enter: no guess"
    )
    with Lab.open(db, create=True) as lab:
        for number, question in enumerate(progress.guide.questions, 1):
            if question.static:
                continue
            answer = click.prompt(
                f"{number:3}. {question.says}",
                type=click.Choice(["y", "n", ""]),
                default="",
                show_choices=False,
                show_default=False,
                err=True,
            )
            if answer:
                lab.predictions.add(
                    progress.guide.name,
                    progress.status.condition,
                    claim=question.hash,
                    verdict=PREDICTION_OF_ANSWER[answer],
                )
        text = click.prompt(
            "In your own words (enter for none)", default="", show_default=False, err=True
        )
        if text.strip():
            lab.predictions.add(progress.guide.name, progress.status.condition, text.strip())


def _print_verdicts(progress: GuideProgress, *, full: bool) -> None:
    """Print each claim's verdict next to the prediction and the source's figure."""
    from netlab.report.guide_status import describe_score
    from netlab.report.verdicts.verdict import PREDICTION_WORDS
    from netlab.sanitize import sanitize

    if not any(one.verdict for one in progress.status.outcomes):
        click.echo()
        start = suggest("guide", progress.guide.name, *["--full"] * full, "--run")
        click.echo(f"nothing has run yet: {start} trains it")
        return
    click.echo()
    if progress.own_words:
        _print_paragraph(f"You wrote: {sanitize(progress.own_words)}")
        click.echo()
    rows = [
        [
            str(number),
            one.verdict.label(ascii_only=False) if one.verdict else "· not run",
            "known beforehand" if one.question.static else PREDICTION_WORDS[one.predicted],
            {True: "right", False: "wrong", None: ""}[one.came_true]
            + (" (late)" if one.late else ""),
            one.question.figure or "no figure",
        ]
        for number, one in enumerate(progress.status.outcomes, 1)
    ]
    header = ["claim", "verdict", "you expected", "", "the source's figure"]
    print_lines(align_columns(header, rows))
    click.echo()
    for number, one in enumerate(progress.status.outcomes, 1):
        if one.verdict:
            _print_paragraph(f"{number}. {with_lab(sanitize(one.verdict.explanation))}")
    click.echo()
    more = suggest("claims", progress.guide.name, "--condition", progress.status.condition)
    click.echo(f"{describe_score(progress.status.outcomes)}; {more} shows more")


def _as_dict(progress: GuideProgress) -> dict[str, Any]:
    recipe = progress.plan.recipe
    return {
        "guide": progress.guide.name,
        "question": recipe.question,
        "why": recipe.why,
        "data": recipe.data.label,
        "runs": len(progress.plan.specs()),
        "condition": progress.status.condition,
        "in_own_words": progress.own_words,
        "claims": [
            {
                "says": one.question.says,
                "check": one.question.check,
                "source": one.question.source,
                "figure": one.question.figure,
                "predicted": one.predicted,
                "late": one.late,
                "verdict": one.verdict.kind if one.verdict else "not run",
                "found": one.verdict.explanation if one.verdict else "",
            }
            for one in progress.status.outcomes
        ],
    }


def _print_paragraph(text: str, *, bold: bool = False) -> None:
    from shutil import get_terminal_size
    from textwrap import fill

    click.secho(fill(text, min(100, get_terminal_size().columns)), bold=bold)
