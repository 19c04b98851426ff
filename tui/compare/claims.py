"""The claims of a study with their verdicts, and the figures behind each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from netlab.report.plain import plain
from netlab.report.verdict import GLYPHS, WORDS, Finding, Verdict, Word
from tui.widgets.labelled import Block, Line

ASCII: Mapping[Word, str] = {"supported": "+", "refuted": "x", "inconclusive": "?", "not run": "."}
"""The signs of the words where only ASCII can be shown."""

MOST_PAIRS = 12
"""Seeds, or rounds of timing, whose figures are told one by one."""


def sign(verdict: Verdict, *, ascii: bool) -> str:  # noqa: A002
    """The sign and the word: `✓ supported`."""
    return f"{(ASCII if ascii else GLYPHS)[verdict.verdict]} {verdict.verdict}"


def claims(verdicts: Sequence[Verdict], *, ascii: bool) -> list[Block]:  # noqa: A002
    """A sum, then a block for each claim; nothing where none was made."""
    if not verdicts:
        return []
    words = [verdict.verdict for verdict in verdicts]
    sums = [f"{words.count(word)} {word}" for word in WORDS if word in words]
    return [
        Block(f"{len(words)} claim{'s' * (len(words) != 1)}", ", ".join(sums)),
        *(
            Block(sign(one, ascii=ascii), plain(one.claim.says), tuple(_lines(one)))
            for one in verdicts
        ),
    ]


def _lines(verdict: Verdict) -> Iterator[Line]:
    claim = verdict.claim
    yield "check", plain(claim.check)
    yield "found", plain(verdict.says)
    for finding in verdict.findings:
        if finding.left:
            yield f"by {finding.by}", _pairs(finding)
    source = ": ".join(plain(part) for part in (claim.source, claim.figure) if part)
    if source:
        yield "source", source
    if claim.changed:
        yield "late", "this was written after runs or timings of the study had begun"


def _pairs(finding: Finding) -> str:
    """`0: 84.25 | 87.25, 1: 86.7 | 86.4`: both sides of the comparison."""
    numbers = list(finding.left)[:MOST_PAIRS]
    told = [f"{n}: {finding.left[n]:.4g} | {finding.right[n]:.4g}" for n in numbers]
    if len(finding.left) > MOST_PAIRS:
        told.append(f"and {len(finding.left) - MOST_PAIRS:,} more")
    return ", ".join(told)
