"""Write docs/verdicts.md: the verdict on every claim of the sources, from real runs in a lab.

    python docs/verdicts.py [LAB]

reads the lab (lab.db by default) and writes the page again. It trains nothing; `netlab guide NAME
--run` does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from netlab.errors import LabError
from netlab.format import pluralize
from netlab.lab.records import TimingRound
from netlab.lab.store import Lab
from netlab.report.guides import Guide, iter_guides
from netlab.report.load import StudyData, load_study
from netlab.report.verdicts.claim_summary import count_verdicts

PAGE = Path(__file__).with_name("verdicts.md")
HEAD = """\
# Verdicts on the sources' claims

Written by `python docs/verdicts.py`. Every figure below is from the runs in `lab.db`.

Each study is a guide. `netlab guide NAME` leads through it, `netlab claims NAME` shows each verdict
with its tests, and `netlab export NAME` gives the table. These are the short forms: a few minutes
each, on images that come with netlab. They show what can be seen at that size and no more. The
sources trained other networks, for longer, on other images. `netlab guide NAME --full` runs the
long form on CIFAR-10.

A claim is **supported** or **refuted** where a paired test over seeds decides at 5 %, after Holm's
correction over the study's claims. For speed the test is over rounds of `netlab time`. A claim is
**inconclusive** where the runs do not decide. Counts of parameters and MACs are compared as they
are. [The page of sources](sources.md) says which files the claims come from.
"""


def page(lab: Lab) -> str:
    """The whole page, in markdown."""
    found = [(guide, data) for guide in iter_guides() if (data := _load(lab, guide))]
    every = [one for _, data in found for one in data.verdicts]
    measured = [
        one for one in every if any(part.paired_by != "exact" for part in one.clause_verdicts)
    ]
    counts = [one for one in every if one not in measured]
    size = f"{pluralize(len(every), 'claim')} in {pluralize(len(found), 'guide')}"
    lines = [
        HEAD,
        f"In all: {size}. On counts alone, which are exact: {count_verdicts(counts)}.",
        f"On what is measured: {count_verdicts(measured)}. The 5 % hold for each study:",
        "among so many studies, a verdict may still be due to chance.",
        "",
    ]
    for guide, data in found:
        lines += _section(guide, data)
    return "\n".join(lines)


def _load(lab: Lab, guide: Guide) -> StudyData | None:
    try:
        return load_study(lab, guide.name)
    except LabError:  # the lab does not have this guide
        return None


def _section(guide: Guide, data: StudyData) -> Iterator[str]:
    yield f"## {guide.name}\n"
    yield f"{guide.recipe.question}\n"
    yield f"{_condition_line(data)}\n"
    if data.timings:
        yield f"{_timing_line(data.timings)}\n"
    yield "| claim | the source | verdict | what was found |"
    yield "|---|---|---|---|"
    for one in data.verdicts:
        claim = one.claim
        source = f"{claim.figure or 'no figure'} (`{claim.source}`)"
        yield (
            "| "
            + " | ".join(
                cell.replace("|", "\\|").replace("\n", " ")
                for cell in (claim.says, source, one.label(ascii_only=False), one.explanation)
            )
            + " |"
        )
    yield ""


def _condition_line(data: StudyData) -> str:
    runs = [run for done in data.done_runs.values() for run in done]
    seeds = sorted({run.seed for run in runs})
    names = " and ".join(sorted({str(run.hardware.get("device_name", "?")) for run in runs}))
    day = max((run.ended for run in runs if run.ended), default=0.0)
    return (
        f"{data.condition.label}; {pluralize(len(runs), 'run')} done, "
        f"seeds {', '.join(map(str, seeds))}, on {names}, {datetime.fromtimestamp(day, UTC):%Y-%m-%d}."
    )


def _timing_line(timed: Mapping[str, tuple[TimingRound, ...]]) -> str:
    every = [one for rounds in timed.values() for one in rounds]
    facts = every[0].hardware
    rounds = min(len(rounds) for rounds in timed.values())
    others = [one.hardware["others"] for one in every if one.hardware.get("others") is not None]
    text = (
        f"Speed: {pluralize(rounds, 'round')} of `netlab time` on {facts.get('device_name', '?')}, "
        f"{pluralize(facts.get('threads', 0), 'thread')}, {facts.get('precision', '?')}, "
        f"{facts.get('layout', '?')}"
    )
    if others:
        share = 100 * sum(others) / len(others)
        text += f"; other processes used {share:.0f} % of the CPUs meanwhile"
    return f"{text}."


def main(arguments: Sequence[str]) -> int:
    """Write the page from the lab given as the first argument, or from lab.db."""
    lab_file = Path(arguments[0]) if arguments else Path("lab.db")
    with Lab.open(lab_file, readonly=True) as lab:
        PAGE.write_text(page(lab), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
