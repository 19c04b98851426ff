"""A table as JSON: every figure in its plain unit, every run with what became of it."""

from __future__ import annotations

import json
from typing import Any

from netlab.lab.records import Run
from netlab.report.claims import claims_as_dicts
from netlab.report.effects import Effect
from netlab.report.factorial import effects_of
from netlab.report.settings import setting
from netlab.report.statistics import CONFIDENCE, Difference, Interval
from netlab.report.table import Cell, Column, Row, Table


def json_text(table: Table) -> str:
    """The table as indented JSON; what is unknown is null. Ends in a newline."""
    return json.dumps(as_dict(table), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_dict(table: Table) -> dict[str, Any]:
    """Study, condition, protocol, measures, claims, notes, `rows` (each `variant`, `n`, measures).

    A row holds a measure `m` as `m` (the mean, or exact), `m_sd`, `m_difference`,
    `m_difference_n`, `m_difference_interval` and `m_difference_welch` ([low, high] at the
    `confidence` of the table), `m_difference_test` with the figures of the paired and the Welch
    test, and under `runs` the values of each seed; `m_rounds` where it is timed apart. A full factorial has the `effects` on each
    measure.
    """
    spec = table.spec
    return {
        "study": table.study,
        "question": table.question,
        "condition": table.runs[0].condition if table.runs else None,
        "data": spec.data.model_dump(mode="json") if spec else None,
        "protocol": spec.protocol.model_dump(mode="json") if spec else None,
        "confidence": CONFIDENCE,
        "measures": {
            one.name: {"label": one.label, "better": one.better, "says": one.says}
            for one in (column.measure for column in table.columns)
        },
        "rows": [_row(row, table.columns) for row in table.rows],
        "effects": {
            column.measure.name: [_effect(one) for one in effects_of(table, place)]
            for place, column in enumerate(table.columns)
            if table.factors and not column.measure.exact
        },
        "claims": claims_as_dicts(table.claims),
        "cautions": list(table.cautions),
        "notes": list(table.notes),
    }


def _row(row: Row, columns: tuple[Column, ...]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for column, cell in zip(columns, row.cells, strict=True):
        figures |= _figures(column, cell)
    return {
        "variant": row.variant,
        "baseline": row.baseline,
        "because": row.because,
        "changes": list(row.changes),
        "n": len(row.done),
        **figures,
        "not_done": row.not_done,
        "runs": [_run(run, row, columns) for run in row.runs],
    }


def _figures(column: Column, cell: Cell) -> dict[str, Any]:
    name = column.measure.name
    if column.measure.exact:
        return {name: cell.value}
    found = cell.difference
    rounds = {f"{name}_rounds": {str(key): one for key, one in cell.values.items()}}
    return {
        **(rounds if column.by == "round" else {}),
        name: cell.value,
        f"{name}_sd": cell.sd,
        f"{name}_difference": found.mean if found else None,
        f"{name}_difference_n": found.n if found else 0,
        f"{name}_difference_interval": _ends(found.interval if found else None),
        f"{name}_difference_welch": _ends(found.welch if found else None),
        f"{name}_difference_says": found.says if found else None,
        f"{name}_difference_test": _test(found) if found else None,
    }


def _test(found: Difference) -> dict[str, Any]:
    """`p_holm` is corrected for `tests` differences in this measure, `clear` says if it is < 0.05.

    `effect` is d_z; `detectable` and `seeds_needed` are for 80 % power at the corrected level.
    """
    return {
        "sd": found.paired.sd,
        "t": found.paired.t,
        "p": found.paired.p,
        "p_holm": found.p,
        "tests": found.tests,
        "clear": found.clear,
        "effect": found.paired.effect,
        "detectable": found.detectable,
        "seeds_needed": found.seeds_needed,
        "welch_t": found.unpaired.t,
        "welch_freedom": found.unpaired.freedom,
        "welch_p": found.unpaired.p,
    }


def _effect(one: Effect) -> dict[str, Any]:
    """`p_holm` is corrected for all effects on the measure; `contrasts` are by seed."""
    return {
        "factors": list(one.factors),
        "mean": one.test.mean,
        "interval": _ends(one.test.interval),
        "sd": one.test.sd,
        "t": one.test.t,
        "p": one.test.p,
        "p_holm": one.adjusted,
        "clear": one.clear,
        "contrasts": {str(seed): value for seed, value in one.contrasts.items()},
    }


def _run(run: Run, row: Row, columns: tuple[Column, ...]) -> dict[str, Any]:
    values = {
        column.measure.name: cell.values.get(run.seed)
        for column, cell in zip(columns, row.cells, strict=True)
        if column.by == "seed" and not column.measure.exact
    }
    return {
        "seed": run.seed,
        "run": run.id,
        "hash": run.hash,
        "state": run.state,
        "reason": run.reason,
        "message": run.message,
        "epoch": run.epoch,
        "epochs": run.epochs,
        "setting": setting(run),
        **values,
    }


def _ends(interval: Interval | None) -> list[float] | None:
    return [interval.low, interval.high] if interval else None
