"""What tells each variant from the baseline stands below every exported table."""

from __future__ import annotations

from dataclasses import replace

from report_cases import measured, placed, study, table_of

from netlab.report.render.markdown import markdown_text
from netlab.report.table import Table


def table(*changes: tuple[str, ...], because: str = "") -> Table:
    made = study("baseline", "groups-2", "same")
    variants = zip(made.variants, changes, strict=True)
    variants_with_changes = tuple(
        replace(one, changes=its, because=because) for one, its in variants
    )
    runs = {variant.name: [measured(0, 80.0)] for variant in variants_with_changes}
    return table_of(replace(made, variants=variants_with_changes), placed(runs))


def test_the_changes_are_said_in_words() -> None:
    found = table((), ("basic: groups 1 → 2", "repaired: row 4 (basic): groups 2 → 3"), ())
    lines = markdown_text(found).split("**Changes**\n\n")[1].splitlines()
    assert [cell.strip() for cell in lines[2].split("|")[1:-1]] == [
        "groups-2",
        "basic: groups 1 → 2; repaired: row 4 (basic): groups 2 → 3",
    ]
    assert "same" not in "".join(lines[:3])


def test_reasons_stand_beside_them_where_there_are_any() -> None:
    lines = markdown_text(table((), ("x",), (), because="a|b")).splitlines()
    assert any(line.startswith("| groups-2 | x") and r"a\|b" in line for line in lines)
    assert "**Changes**" not in markdown_text(table((), (), ()))
