"""Claims in words: the count of each verdict, when a claim was fixed, and its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from netlab.format import pluralize
from netlab.lab.records import StudyClaim
from netlab.report.verdicts.verdict import VERDICT_KINDS, Verdict


def count_verdicts(verdicts: Sequence[Verdict]) -> str:
    """`3 supported, 1 not run`."""
    counts = Counter(one.kind for one in verdicts)
    return ", ".join(f"{counts[kind]} {kind}" for kind in VERDICT_KINDS if counts[kind])


def count_claims(verdicts: Sequence[Verdict]) -> str:
    """`4 claims: 3 supported, 1 not run`."""
    return f"{pluralize(len(verdicts), 'claim')}: {count_verdicts(verdicts)}"


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
    """The source's figure and the source; empty where there is neither."""
    return (
        f"{claim.figure} ({claim.source})"
        if claim.figure and claim.source
        else (claim.figure or claim.source)
    )
