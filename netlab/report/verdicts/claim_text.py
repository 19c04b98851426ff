"""Claims with their verdicts, for tables, for JSON, and as the lab has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from netlab.format import pluralize
from netlab.lab.records import StudyClaim
from netlab.report.render.text_table import Section, TextCell, TextColumn
from netlab.report.stats.intervals import ALPHA
from netlab.report.verdicts.verdict import VERDICT_KINDS, Finding, Verdict


def count_verdicts(verdicts: Sequence[Verdict]) -> str:
    """`4 claims: 3 supported, 1 not run`."""
    found = Counter(one.kind for one in verdicts)
    told = ", ".join(f"{found[word]} {word}" for word in VERDICT_KINDS if found[word])
    return f"{pluralize(len(verdicts), 'claim')}: {told}"


def describe_fixed(claim: StudyClaim) -> str:
    """When a claim was fixed, in local time, and what had been run by then."""
    when = f"{datetime.fromtimestamp(claim.fixed).astimezone():%Y-%m-%d %H:%M}"
    if claim.changed:
        return f"{when}, CHANGED or added after runs or timings of the study had started"
    if claim.started is None:
        return when
    if claim.started:
        return (
            f"{when}, when {pluralize(claim.started, 'of its runs')} had started for other studies"
        )
    return f"{when}, before any of its runs"


def describe_source(claim: StudyClaim) -> str:
    """The source's figure and where it stands; empty where there is neither."""
    return (
        f"{claim.figure} ({claim.source})"
        if claim.figure and claim.source
        else (claim.figure or claim.source)
    )


def claims_section(verdicts: Sequence[Verdict]) -> Iterator[Section]:
    """The claims as a grid, unless there are none; its notes tell what was found on each."""
    if not verdicts:
        return
    decided = {"supported", "refuted"}
    numbers = tuple(TextCell(str(place)) for place in range(1, len(verdicts) + 1))
    words = tuple(TextCell(one.kind, one.kind in decided) for one in verdicts)
    yield Section(
        f"Claims ({count_verdicts(verdicts).partition(': ')[2]})",
        (
            TextColumn("number", "no.", "right", numbers),
            TextColumn("verdict", "verdict", "left", words),
            _written("claim", [one.claim.says for one in verdicts]),
            _written("check", [one.claim.check for one in verdicts]),
        ),
        (
            *(f"Claim {place}: {_claim_note(one)}" for place, one in enumerate(verdicts, 1)),
            *_method_notes(verdicts),
        ),
    )


def claims_to_dicts(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """The claims for JSON, in plain units; values by seed or round, times in ISO 8601."""
    return [_claim_to_dict(one) for one in verdicts]


def _written(key: str, texts: Sequence[str]) -> TextColumn:
    fields = tuple(TextCell(text) for text in texts)
    return TextColumn(key, key, "left", fields, user_text=True, wraps=True)


def _claim_note(one: Verdict) -> str:
    source = describe_source(one.claim)
    told = f" Source: {source}." if source else ""
    return f"{one.explanation}.{told} Fixed {describe_fixed(one.claim)}."


def _method_notes(verdicts: Sequence[Verdict]) -> Iterator[str]:
    measured = [f for one in verdicts for f in one.findings if f.paired_by != "exact"]
    if not measured:
        return
    tests = len({finding.comparison for finding in measured})
    yield (
        f"Counts are compared as they are; the rest by tests paired by seed, or by round of timing, "
        f"with p corrected by Holm's method for {pluralize(tests, 'comparison')} and a verdict where "
        f"it is below {ALPHA:g}. Intervals are not corrected. Not run: figures are missing."
    )


def _claim_to_dict(one: Verdict) -> dict[str, Any]:
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
        "comparisons": [_finding_to_dict(finding) for finding in one.findings],
    }


def _finding_to_dict(one: Finding) -> dict[str, Any]:
    return {
        "check": str(one.comparison),
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
