"""`netlab export`."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from netlab.cli.shared.command_options import output_option
from netlab.cli.shared.lab_option import chosen_lab
from netlab.cli.shared.output import print_lines, print_or_write
from netlab.measures import MEASURES
from netlab.report.render.formats import FORMAT_BY_SUFFIX, TableFormat, render_table


@click.command(epilog=f"Measures: {', '.join(MEASURES)}.")
@click.argument("study")
@click.option(
    "--format",
    "wanted",
    type=click.Choice(get_args(TableFormat)),
    help="By default the one that FILE's ending names, else md.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@output_option("The file to write instead of stdout.")
@click.option(
    "--condition", metavar="HASH", help="Runs of other data or protocol than the latest ones."
)
@click.option("--measures", metavar="A,B,…", help="Other columns than the default ones.")
@click.option("--differences-only", is_flag=True, help="Leave out what is the same in every row.")
def export(
    study: str,
    wanted: TableFormat | None,
    as_json: bool,
    output: Path | None,
    condition: str | None,
    measures: str | None,
    differences_only: bool,
) -> None:
    """The table of STUDY: every variant with its cost, its results and its differences.

    It holds means over seeds, accuracy as mean ± SD, and the difference from the baseline with
    its 95 % interval. Below are the values of each seed, the tests with corrected p values, the
    smallest difference that so many seeds can show, and the effects of a factorial. Markdown,
    LaTeX and HTML are for people; CSV and JSON hold every seed in full precision, JSON every
    measure.
    """
    from netlab.lab.store import Lab
    from netlab.report.load import load_study
    from netlab.report.only_differences import only_differences
    from netlab.report.tabulate import tabulate
    from netlab.sanitize import sanitize

    if as_json and wanted not in {None, "json"}:
        raise click.UsageError(f"--json and --format {wanted} contradict each other")
    if as_json:
        wanted = "json"
    form: TableFormat = wanted or (
        FORMAT_BY_SUFFIX.get(output.suffix.lower(), "md") if output else "md"
    )
    names = _measure_names(measures, form)
    with Lab.open(chosen_lab(), readonly=True) as lab:
        table = tabulate(load_study(lab, study, condition), names)
    if differences_only:
        table = only_differences(table)
    print_or_write(render_table(table, form), output)
    if form == "csv":
        cautions = (f"netlab: caution: {sanitize(caution)}" for caution in table.cautions)
        print_lines(cautions, err=True)


def _measure_names(measures: str | None, form: TableFormat) -> list[str] | None:
    """The named measures; by default all for JSON, else None for the usual ones."""
    if measures is not None:
        return [name.strip() for name in measures.split(",") if name.strip()]
    return list(MEASURES) if form == "json" else None
