"""`netlab claims`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.text import Text

from netlab.cli.shared.command_options import json_option
from netlab.cli.shared.lab_option import chosen_lab, with_lab
from netlab.cli.shared.output import print_json, print_lines
from netlab.report.cautions import mixed_settings
from netlab.report.load import load_study
from netlab.report.notes import note_other_conditions, note_outdated_runs
from netlab.report.render.json import claim_to_dict
from netlab.report.verdicts.claim_summary import count_claims, describe_fixed, describe_source
from netlab.sanitize import sanitize

if TYPE_CHECKING:
    from netlab.lab.records import PastClaim, StudyRecord
    from netlab.report.verdicts.verdict import Verdict

VERDICT_STYLES = {
    "supported": "green",
    "refuted": "red",
    "inconclusive": "yellow",
    "not run": "dim",
}
LATE_STYLE = "not bold yellow"
VERDICT_WIDTH = 16
"""Width in cells of a verdict with its sign and the gap after it."""


@click.command()
@click.argument("study")
@click.option(
    "--condition", metavar="HASH", help="Runs of other data or protocol than the latest ones."
)
@click.option("--strict", is_flag=True, help="Exit code 1 if a claim is refuted.")
@json_option("The verdicts as JSON, with every seed.")
def claims(study: str, condition: str | None, strict: bool, as_json: bool) -> int:
    """Whether the runs of STUDY support its claims, with the figures behind each verdict.

    A claim is supported, refuted, inconclusive (the figures do not decide; the text says how many
    seeds would), or not run (figures are missing). Claims are fixed when a study is first run;
    one that was changed later is marked.
    """
    from netlab.lab.store import Lab

    with Lab.open(chosen_lab(), readonly=True) as lab:
        data = load_study(lab, study, condition)
        past = lab.studies.past_claims(study, data.study.condition)
    found, verdicts = data.study, data.verdicts
    cautions = mixed_settings(data.done_runs)
    if as_json:
        print_json(
            {
                "study": found.name,
                "question": found.question,
                "condition": found.condition,
                "claims": [claim_to_dict(one) for one in verdicts],
                "past": [_past_as_dict(one) for one in past],
                "cautions": cautions,
            }
        )
    else:
        print_claims(found, verdicts, past)
        click.echo(
            count_claims(verdicts)
            if verdicts
            else "no claims: add some under 'claims:' of the study",
            err=True,
        )
        where = "these verdicts"
        elsewhere = note_other_conditions(data.other_conditions, where)
        elsewhere += note_outdated_runs(data.outdated, study, where)
        print_lines(map(with_lab, [*cautions, *elsewhere]), err=True)
    return int(strict and any(one.kind == "refuted" for one in verdicts))


def print_claims(
    study: StudyRecord, verdicts: Sequence[Verdict], past: Iterable[PastClaim]
) -> None:
    """Print each claim next to its verdict, in the full width of the terminal."""
    console = Console(highlight=False)
    rows = [
        (_verdict_text(one, ascii_only=console.options.ascii_only), _claim_text(one))
        for one in verdicts
    ]
    rows += [(Text("withdrawn", "dim"), _withdrawn_text(old)) for old in past]
    with console.capture() as captured:
        if study.question and rows:
            console.print(Text(sanitize(study.question), "bold"))
        for verdict, claim in rows:
            console.print()
            lines = claim.wrap(console, max(20, console.width - VERDICT_WIDTH))
            for number, line in enumerate(lines):
                line.rstrip()
                beside = Text() if number else verdict
                gap = " " * (VERDICT_WIDTH - beside.cell_len)
                console.print(Text.assemble(beside, gap, line), soft_wrap=True)
    # As bytes, because the terminal may not be able to show the signs.
    click.echo(captured.get().encode(console.encoding, "backslashreplace"), nl=False)


def _verdict_text(one: Verdict, *, ascii_only: bool) -> Text:
    return Text(one.label(ascii_only=ascii_only), VERDICT_STYLES[one.kind])


def _claim_text(one: Verdict) -> Text:
    """The claim, its check, what was found, its source, and when it was fixed."""
    claim = one.claim
    text = Text(sanitize(claim.says), "bold")
    text.append(f"\n{sanitize(claim.check)}", "not bold dim").append(
        f"\n{with_lab(sanitize(one.explanation))}", "not bold"
    )
    source = describe_source(claim)
    if source:
        text.append(f"\nsource: {sanitize(source)}", "not bold")
    return text.append(
        f"\nfixed {describe_fixed(claim)}", LATE_STYLE if claim.changed else "not bold dim"
    )


def _withdrawn_text(old: PastClaim) -> Text:
    text = Text(sanitize(old.claim.says), "bold")
    text.append(f"\n{sanitize(old.claim.check)}", "not bold dim")
    when = f"{datetime.fromtimestamp(old.replaced).astimezone():%Y-%m-%d %H:%M}"
    late = ", AFTER runs or timings of the study had started" if old.late else ", before any run"
    return text.append(
        f"\nwithdrawn or changed {when}{late}", LATE_STYLE if old.late else "not bold dim"
    )


def _past_as_dict(old: PastClaim) -> dict[str, Any]:
    return {
        "says": old.claim.says,
        "check": old.claim.check,
        "hash": old.claim.hash,
        "replaced": datetime.fromtimestamp(old.replaced, UTC).isoformat(timespec="seconds"),
        "after_runs_started": old.late,
    }
