"""The claims of a study with their verdicts, and the figures behind each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from netlab.format import pluralize
from netlab.report.verdicts.verdict import VERDICT_KINDS, ClauseVerdict, Verdict
from netlab.sanitize import sanitize
from netlab.suggest import with_lab
from tui.widgets.definition_list import Definition, DefinitionBlock

MAX_PAIRS = 12
"""Most seeds, or rounds of timing, whose figures are listed one by one."""


def claim_blocks(
    verdicts: Sequence[Verdict],
    lab: Path,
    *,
    ascii: bool,  # noqa: A002
) -> list[DefinitionBlock]:
    """A summary, then a block for each claim; empty if there is no claim."""
    if not verdicts:
        return []
    kinds = [verdict.kind for verdict in verdicts]
    sums = [f"{kinds.count(kind)} {kind}" for kind in VERDICT_KINDS if kind in kinds]
    return [
        DefinitionBlock(pluralize(len(kinds), "claim"), ", ".join(sums)),
        *(
            DefinitionBlock(
                one.label(ascii_only=ascii), sanitize(one.claim.says), tuple(_lines(one, lab))
            )
            for one in verdicts
        ),
    ]


def _lines(verdict: Verdict, lab: Path) -> Iterator[Definition]:
    claim = verdict.claim
    yield "check", sanitize(claim.check)
    yield "found", with_lab(sanitize(verdict.explanation), lab)
    for finding in verdict.clause_verdicts:
        if finding.left:
            yield f"by {finding.paired_by}", _pairs(finding)
    source = ": ".join(sanitize(part) for part in (claim.source, claim.figure) if part)
    if source:
        yield "source", source
    if claim.changed:
        yield "late", "this was written after runs or timings of the study had begun"


def _pairs(finding: ClauseVerdict) -> str:
    """Both sides of a comparison by seed, such as `0: 84.25 | 87.25, 1: 86.7 | 86.4`."""
    numbers = list(finding.left)[:MAX_PAIRS]
    pairs = [f"{n}: {finding.left[n]:.4g} | {finding.right[n]:.4g}" for n in numbers]
    if len(finding.left) > MAX_PAIRS:
        pairs.append(f"and {len(finding.left) - MAX_PAIRS:,} more")
    return ", ".join(pairs)
