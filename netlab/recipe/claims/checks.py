"""Checks of claims: their text read, and its names looked up. `docs/claims.md` has the language."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from netlab.errors import CheckError, RecipeError, did_you_mean
from netlab.measures import MEASURES, Measure
from netlab.recipe.claims.parser import parse_check
from netlab.recipe.claims.syntax_tree import (
    Check,
    Clause,
    Comparison,
    MeasureRef,
    calls_in,
    measure_refs_in,
)
from netlab.recipe.study import Claim
from netlab.recipe.yaml.document import YamlDocument


def read_check(text: str, variants: Collection[str]) -> Check:
    """The meaning of a check over `variants` of a study.

    Raises `CheckError` for text that is no check, a variant or measure that does not exist, an
    equality or a function of measured values, or values that cannot be paired with each other.
    """
    check = parse_check(text)
    for ref in check.measure_refs:
        _check_names(ref, variants)
    for clause in check.clauses:
        _check_comparable(clause)
        _check_unbiased(clause)
    return check


def claim_errors(
    document: YamlDocument, claims: Sequence[Claim], variants: Collection[str]
) -> tuple[RecipeError, ...]:
    """What is wrong with the checks of a study's claims, each with the line that it is on."""
    found = []
    for index, claim in enumerate(claims):
        try:
            read_check(claim.check, variants)
        except CheckError as error:
            found.append(document.error(str(error), ("study", "claims", index, "check")))
    return tuple(found)


def measures_of(clause: Clause) -> tuple[Measure, ...]:
    """The measures that a comparison names, each once."""
    return tuple(dict.fromkeys(MEASURES[value.measure] for value in measure_refs_in(clause)))


def is_static(clause: Clause) -> bool:
    """Whether it can be decided without a run."""
    return all(measure.static for measure in measures_of(clause))


def is_from_timing(clause: Clause) -> bool:
    """Whether it rests on rounds of `netlab time` and not on seeds."""
    return any(measure.from_timing for measure in measures_of(clause))


def _check_names(ref: MeasureRef, variants: Collection[str]) -> None:
    for kind, name, known in (
        ("variant", ref.variant, variants),
        ("measure", ref.measure, MEASURES),
    ):
        if name not in known:
            joined = kind == "variant" and any(part in known for part in re.split("[+-]", name))
            hint = "; blanks belong around '+' and '-': without them they are part of a name"
            remedy = f"{did_you_mean(name, known)}{hint if joined else ''}"
            raise CheckError(f"no {kind} is called '{name}': {remedy}", str(ref))


def _check_comparable(clause: Clause) -> None:
    measures = measures_of(clause)
    if isinstance(clause, Comparison) and clause.sign in {"==", "!="}:
        for measure in measures:
            if not measure.static:
                raise CheckError(
                    f"{measure.name} is measured, and never equal twice: "
                    "use about(a, b, margin), or < and >",
                    str(clause),
                )
    timed = [one.name for one in measures if one.from_timing]
    trained = [one.name for one in measures if not one.from_timing and not one.static]
    if timed and trained:
        raise CheckError(
            f"{trained[0]} is known by seed and {timed[0]} by round of timing: "
            "they cannot stand in one comparison",
            str(clause),
        )


def _check_unbiased(clause: Clause) -> None:
    """Chance alone gives |a − b| a mean above zero, and max(a, b) one above both a's and b's.

    A test of such means would find differences where there are none.
    """
    for call in calls_in(clause):
        if all(MEASURES[value.measure].static for value in measure_refs_in(call)):
            continue
        instead = (
            "use about(a, b, margin)"
            if call.function == "abs"
            else "compare each of them, joined by 'and'"
        )
        raise CheckError(
            f"{call.function} is for counts; of measured values it has a bias by chance: {instead}",
            str(call),
        )
