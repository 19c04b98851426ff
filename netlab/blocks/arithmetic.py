"""Arithmetic of channel counts: rounding, divisors, nearest values."""

from __future__ import annotations


def round_channels(multiple: int, channels: float) -> int:
    """The nearest multiple above 0, or the next if that is below 90 % (Sandler et al., 2018)."""
    nearest = max(multiple, int(channels + multiple / 2) // multiple * multiple)
    return nearest if nearest >= 0.9 * channels else nearest + multiple


def divisors(number: int, limit: int | None = None) -> tuple[int, ...]:
    """The divisors of `number` up to `limit`, ascending."""
    return tuple(d for d in range(1, min(number, limit or number) + 1) if number % d == 0)


def nearest_values(values: tuple[int, ...], target: int, max_count: int = 6) -> tuple[int, ...]:
    """The `max_count` values nearest to `target`, ascending."""
    return tuple(sorted(sorted(values, key=lambda v: (abs(v - target), v))[:max_count]))
