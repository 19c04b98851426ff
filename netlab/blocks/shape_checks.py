"""Checks of the input shape that many specs share; each yields its problems."""

from __future__ import annotations

from collections.abc import Iterator

from netlab.blocks.arithmetic import divisors, nearest_values
from netlab.blocks.types import Problem, Shape


def check_divides(field: str, groups: int, **counts: int) -> Iterator[Problem]:
    """`groups` must divide all `counts` (by name)."""
    for name, count in counts.items():
        if count % groups:
            common = tuple(
                d for d in divisors(min(counts.values())) if not any(c % d for c in counts.values())
            )
            words = name.replace("_", " ")
            yield Problem(
                field,
                f"{field} {groups} does not divide the {count} {words}",
                nearest_values(common, groups),
            )
            return


def check_window_fits(
    in_shape: Shape, kernel: int, padding: int, dilation: int = 1, field: str = "kernel"
) -> Iterator[Problem]:
    """A window of `kernel` must fit on the padded map."""
    smallest = min(in_shape[1:]) + 2 * padding
    extent = dilation * (kernel - 1) + 1
    if extent > smallest:
        largest = (smallest - 1) // dilation + 1
        yield Problem(
            field,
            f"a window of {extent} does not fit the {in_shape[1]}×{in_shape[2]} input map",
            (largest,) if largest >= 1 else (),
        )


def check_stride(in_shape: Shape, stride: int, field: str = "stride") -> Iterator[Problem]:
    """`stride` must not be larger than the map, because no pixels would be left."""
    smallest = min(in_shape[1:])
    if stride > smallest:
        yield Problem(
            field,
            f"{field} {stride} shrinks the {in_shape[1]}×{in_shape[2]} input map to nothing",
            tuple(range(1, smallest + 1))[-3:],
        )
