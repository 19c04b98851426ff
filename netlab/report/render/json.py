"""A table as JSON: every figure in its plain unit, and every run with its state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from netlab.lab.records import Run
from netlab.report.comparability import run_setting
from netlab.report.stats.differences import Difference
from netlab.report.stats.factorial_effects import Effect
from netlab.report.stats.intervals import CONFIDENCE, Interval
from netlab.report.table import MeasureCell, MeasureColumn, Table, VariantRow
from netlab.report.verdicts.verdict import ClauseVerdict, Verdict


def json_text(table: Table) -> str:
    """The table as indented JSON; unknown values are null. Ends in a newline."""
    return json.dumps(table_to_dict(table), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def table_to_dict(table: Table) -> dict[str, Any]:
    """Study, condition, protocol, measures, claims, notes, `rows` (each `variant`, `n`, measures).

    A row has a measure `m` as `m` (the mean, or the static value), `m_sd`, `m_difference`,
    `m_difference_n`, `m_difference_interval` and `m_difference_welch` ([low, high] at the
    `confidence` of the table), and `m_difference_test` with the figures of the paired and the
    Welch test. The values of each seed are under `runs`, those of each round of `netlab time` in
    `m_rounds`. A full factorial has the `effects` on each measure.
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
            one.name: {"label": one.label, "better": one.better, "says": one.method}
            for one in (column.measure for column in table.columns)
        },
        "rows": [_row_to_dict(row, table.columns) for row in table.rows],
        "effects": {
            column.measure.name: [_effect_to_dict(one) for one in table.effects(index)]
            for index, column in enumerate(table.columns)
            if table.factors and not column.measure.static
        },
        "claims": [claim_to_dict(one) for one in table.claims],
        "cautions": list(table.cautions),
        "notes": list(table.notes),
    }


def _row_to_dict(row: VariantRow, columns: tuple[MeasureColumn, ...]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for column, cell in zip(columns, row.cells, strict=True):
        figures |= _measure_to_dict(column, cell)
    return {
        "variant": row.variant,
        "baseline": row.baseline,
        "because": row.because,
        "changes": list(row.changes),
        "n": len(row.done_runs),
        **figures,
        "not_done": row.not_done,
        "runs": [_run_to_dict(run, row, columns) for run in row.runs],
    }


def _measure_to_dict(column: MeasureColumn, cell: MeasureCell) -> dict[str, Any]:
    name = column.measure.name
    if column.measure.static:
        return {name: cell.value}
    difference = cell.difference
    rounds = {f"{name}_rounds": {str(key): one for key, one in cell.values.items()}}
    return {
        **(rounds if column.paired_by == "round" else {}),
        name: cell.value,
        f"{name}_sd": cell.sd,
        f"{name}_difference": difference.mean if difference else None,
        f"{name}_difference_n": difference.n if difference else 0,
        f"{name}_difference_interval": _interval_ends(difference.interval if difference else None),
        f"{name}_difference_welch": _interval_ends(
            difference.unpaired.interval if difference else None
        ),
        f"{name}_difference_says": difference.no_test_reason if difference else None,
        f"{name}_difference_test": _test_to_dict(difference) if difference else None,
    }


def _test_to_dict(difference: Difference) -> dict[str, Any]:
    """`p_holm` is corrected for the `tests` differences in this measure; `clear`: it is < 0.05.

    `effect` is d_z; `detectable` and `seeds_needed` are for 80 % power at the corrected level.
    """
    return {
        "sd": difference.paired.sd,
        "t": difference.paired.t,
        "p": difference.paired.p,
        "p_holm": difference.p_adjusted,
        "tests": difference.family_size,
        "clear": difference.significant,
        "effect": difference.paired.effect_size,
        "detectable": difference.min_detectable_effect,
        "seeds_needed": difference.required_n,
        "welch_t": difference.unpaired.t,
        "welch_freedom": difference.unpaired.degrees_of_freedom,
        "welch_p": difference.unpaired.p,
    }


def _effect_to_dict(one: Effect) -> dict[str, Any]:
    """`p_holm` is corrected for all effects on the measure; `contrasts` are by seed."""
    return {
        "factors": list(one.factors),
        "mean": one.paired.mean,
        "interval": _interval_ends(one.paired.interval),
        "sd": one.paired.sd,
        "t": one.paired.t,
        "p": one.paired.p,
        "p_holm": one.p_adjusted,
        "clear": one.significant,
        "contrasts": {str(seed): value for seed, value in one.contrasts.items()},
    }


def _run_to_dict(run: Run, row: VariantRow, columns: tuple[MeasureColumn, ...]) -> dict[str, Any]:
    values = {
        column.measure.name: cell.values.get(run.seed)
        for column, cell in zip(columns, row.cells, strict=True)
        if column.paired_by == "seed" and not column.measure.static
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
        "setting": run_setting(run),
        **values,
    }


def _interval_ends(interval: Interval | None) -> list[float] | None:
    return [interval.low, interval.high] if interval else None


def claim_to_dict(one: Verdict) -> dict[str, Any]:
    """A claim with its verdict, in plain units; values by seed or round, times in ISO 8601."""
    claim = one.claim
    return {
        "says": claim.says,
        "check": claim.check,
        "source": claim.source,
        "figure": claim.figure,
        "hash": claim.hash,
        "fixed": datetime.fromtimestamp(claim.fixed, UTC).isoformat(timespec="seconds"),
        "runs_started_when_fixed": claim.started,
        "changed": claim.changed,
        "verdict": one.kind,
        "why": one.explanation,
        "comparisons": [_clause_to_dict(clause) for clause in one.clause_verdicts],
    }


def _clause_to_dict(one: ClauseVerdict) -> dict[str, Any]:
    return {
        "check": str(one.clause),
        "verdict": one.kind,
        "why": one.explanation,
        "by": one.paired_by,
        "n": one.n,
        "left": _string_keys(one.left),
        "right": _string_keys(one.right),
        "means": list(one.means) if one.means else None,
        "estimate": one.estimate,
        "interval": [one.interval.low, one.interval.high] if one.interval else None,
        "confidence": one.confidence if one.interval else None,
        "p": one.p,
        "p_holm": one.p_adjusted,
        "detectable": one.min_detectable_effect,
        "needed": one.required_n,
    }


def _string_keys(values: Mapping[int, float]) -> dict[str, float]:
    return {str(key): value for key, value in values.items()}
