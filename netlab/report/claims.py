"""Claims with their verdicts, for tables, for JSON, and as the lab has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from netlab.lab.records import Study, StudyClaim
from netlab.report.grid import Field, Part, Series
from netlab.report.intervals import ALPHA
from netlab.report.verdict import WORDS, Finding, Verdict
from netlab.report.verdicts import judge
from netlab.report.words import counted

if TYPE_CHECKING:
    from netlab.lab.store import Lab


def judged(lab: Lab, study: str, condition: str | None = None) -> tuple[Study, tuple[Verdict, ...]]:
    """The study under `condition`, by default the one entered last, and a verdict for each claim.

    Raises `LabError` with the nearest name for a study or condition that does not exist.
    """
    found = lab.study(study, condition)
    entries = lab.entries(study, found.condition)
    return found, judge(found, entries, lab.timings(study, found.condition))


def tally(verdicts: Sequence[Verdict]) -> str:
    """`4 claims: 3 supported, 1 not run`."""
    found = Counter(one.verdict for one in verdicts)
    told = ", ".join(f"{found[word]} {word}" for word in WORDS if found[word])
    return f"{counted(len(verdicts), 'claim')}: {told}"


def fixed_in_words(claim: StudyClaim) -> str:
    """When a claim was fixed, in local time, and what had been run by then."""
    when = f"{datetime.fromtimestamp(claim.fixed).astimezone():%Y-%m-%d %H:%M}"
    if claim.changed:
        return f"{when}, CHANGED or added after runs or timings of the study had started"
    if claim.started is None:
        return when
    if claim.started:
        return f"{when}, when {counted(claim.started, 'of its runs')} had started for other studies"
    return f"{when}, before any of its runs"


def source_in_words(claim: StudyClaim) -> str:
    """The source's figure and where it stands; empty where there is neither."""
    return (
        f"{claim.figure} ({claim.source})"
        if claim.figure and claim.source
        else (claim.figure or claim.source)
    )


def claims_part(verdicts: Sequence[Verdict]) -> Iterator[Part]:
    """The claims as a grid, unless there are none; its notes tell what was found on each."""
    if not verdicts:
        return
    decided = {"supported", "refuted"}
    numbers = tuple(Field(str(place)) for place in range(1, len(verdicts) + 1))
    words = tuple(Field(one.verdict, one.verdict in decided) for one in verdicts)
    yield Part(
        f"Claims ({tally(verdicts).partition(': ')[2]})",
        (
            Series("number", "no.", "right", numbers),
            Series("verdict", "verdict", "left", words),
            _written("claim", [one.claim.says for one in verdicts]),
            _written("check", [one.claim.check for one in verdicts]),
        ),
        (
            *(f"Claim {place}: {_found(one)}" for place, one in enumerate(verdicts, 1)),
            *_method(verdicts),
        ),
    )


def claims_as_dicts(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """The claims for JSON, in plain units; values by seed or round, times in ISO 8601."""
    return [_as_dict(one) for one in verdicts]


def _written(key: str, texts: Sequence[str]) -> Series:
    fields = tuple(Field(text) for text in texts)
    return Series(key, key, "left", fields, written=True, wide=True)


def _found(one: Verdict) -> str:
    source = source_in_words(one.claim)
    told = f" Source: {source}." if source else ""
    return f"{one.says}.{told} Fixed {fixed_in_words(one.claim)}."


def _method(verdicts: Sequence[Verdict]) -> Iterator[str]:
    measured = [f for one in verdicts for f in one.findings if f.by != "exact"]
    if not measured:
        return
    tests = len({finding.comparison for finding in measured})
    yield (
        f"Counts are compared as they are; the rest by tests paired by seed, or by round of timing, "
        f"with p corrected by Holm's method for {counted(tests, 'comparison')} and a verdict where "
        f"it is below {ALPHA:g}. Intervals are not corrected. Not run: figures are missing."
    )


def _as_dict(one: Verdict) -> dict[str, Any]:
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
        "verdict": one.verdict,
        "why": one.says,
        "comparisons": [_comparison(finding) for finding in one.findings],
    }


def _comparison(one: Finding) -> dict[str, Any]:
    return {
        "check": str(one.comparison),
        "verdict": one.verdict,
        "why": one.says,
        "by": one.by,
        "n": one.n,
        "left": _values(one.left),
        "right": _values(one.right),
        "means": list(one.means) if one.means else None,
        "estimate": one.estimate,
        "interval": [one.interval.low, one.interval.high] if one.interval else None,
        "confidence": one.confidence if one.interval else None,
        "p": one.p,
        "p_holm": one.adjusted,
        "detectable": one.detectable,
        "needed": one.needed,
    }


def _values(values: Mapping[int, float]) -> dict[str, float]:
    return {str(key): value for key, value in values.items()}
