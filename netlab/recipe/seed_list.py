"""Seeds as people type them: `0, 1, 2`, or `0-4`."""

from __future__ import annotations

import re

MAX_SEEDS = 10_000

SEED_LIMIT = 2**31


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds and ranges with commas or blanks between them. Raises `ValueError` with a remedy."""
    seeds: list[int] = []
    for part in re.split(r"\s*,\s*|\s+", text.strip()) if text.strip() else ():
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", part, re.ASCII)
        if match is None:
            raise ValueError(
                f"'{part[:40]}' is no seed: write whole numbers such as 0, 1, 2 or 0-4"
            )
        first, last = int(match[1][:11]), int((match[2] or match[1])[:11])
        if max(first, last) >= SEED_LIMIT:
            raise ValueError(f"'{part[:40]}': every seed is below {SEED_LIMIT}")
        if last < first:
            raise ValueError(f"'{part}': a range goes up, such as {last}-{first}")
        if len(seeds) + last - first >= MAX_SEEDS:
            raise ValueError(f"'{part}': a study takes at most {MAX_SEEDS:,} seeds")
        seeds += range(first, last + 1)
    if not seeds:
        raise ValueError("a study needs at least one seed, such as 0")
    if len(set(seeds)) < len(seeds):
        raise ValueError("the same seed twice gives the same run twice: write each seed once")
    return tuple(seeds)
