"""`netlab export`."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from netlab.cli.shared.lab_option import chosen_lab
from netlab.measures import MEASURES
from netlab.report.render.formats import FORMAT_BY_SUFFIX, TableFormat, render_table, write_output


@click.command(epilog=f"Measures: {', '.join(MEASURES)}.")
@click.argument("study")
@click.option(
    "--format",
    "wanted",
    type=click.Choice(get_args(TableFormat)),
    help="How to write it; by default as FILE's ending says, else md.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it there instead of to stdout.",
)
@click.option(
    "--condition", metavar="HASH", help="Runs of other data or protocol than the latest ones."
)
@click.option("--measures", metavar="A,B,…", help="Other columns than the default ones.")
@click.option("--differences-only", is_flag=True, help="Leave out what is the same in every row.")
def export(
    study: str,
    wanted: TableFormat | None,
    as_json: bool,
    file: Path | None,
    condition: str | None,
    measures: str | None,
    differences_only: bool,
) -> None:
    """The table of STUDY: every variant with its cost, its results and what differs.

    Means over seeds, accuracy as mean ± SD, and the difference from the baseline with its 95 %
    interval; below it each seed's values, the tests with their corrected p, what so many seeds
    can show, and a factorial's effects. Markdown, LaTeX and HTML are for people; CSV and JSON
    hold every seed in full precision, JSON every measure.
    """
    from netlab.lab.store import Lab
    from netlab.report.only_differences import only_differences
    from netlab.report.tabulate import study_table
    from netlab.sanitize import sanitize

    if as_json and wanted not in {None, "json"}:
        raise click.UsageError(f"--json and --format {wanted} cannot both be had")
    if as_json:
        wanted = "json"
    form: TableFormat = wanted or (
        FORMAT_BY_SUFFIX.get(file.suffix.lower(), "md") if file else "md"
    )
    names = _measure_names(measures, form)
    with Lab.open(chosen_lab(), readonly=True) as lab:
        table = study_table(lab, study, condition=condition, measures=names)
    if differences_only:
        table = only_differences(table)
    text = render_table(table, form).encode("utf-8", "backslashreplace")
    if file is None:
        click.echo(text, nl=False)
    else:
        write_output(file, text)
        click.echo(f"netlab: wrote {file}", err=True)
    if form == "csv":
        for caution in table.cautions:
            click.echo(f"netlab: caution: {sanitize(caution)}", err=True)


def _measure_names(measures: str | None, form: TableFormat) -> list[str] | None:
    """The measures asked for; without any, all of them in JSON and the usual ones elsewhere."""
    if measures is not None:
        return [name.strip() for name in measures.split(",") if name.strip()]
    return list(MEASURES) if form == "json" else None
