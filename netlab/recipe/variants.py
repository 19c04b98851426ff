"""The networks of a study: its baseline, what its design makes of the factors, its variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from netlab.errors import EditError
from netlab.recipe.designs import MAX_FACTORIAL_FACTORS, build_design
from netlab.recipe.edit_trace import EditTrace, RequestedFields
from netlab.recipe.edits import Edit, apply_all
from netlab.recipe.network import Network
from netlab.recipe.network_diff import difference
from netlab.recipe.study import BASELINE, Match, Study
from netlab.recipe.variant_yaml import WrittenChange, parse_change
from netlab.recipe.yaml.document import YamlDocument


@dataclass(frozen=True)
class Variant:
    """A network of the study: the baseline, or the baseline with edits."""

    name: str
    because: str
    edits: tuple[Edit, ...]
    network: Network
    changes: tuple[str, ...]
    """The edits in words; empty for the baseline."""
    expect: str = ""
    """What its author expected of it."""
    match: Match | None = None
    """A cost to match to the baseline's; planning adds the edit that does so."""
    requested: RequestedFields = field(default=(), compare=False, repr=False)
    """Which fields of which rows were set on purpose; empty for a network as it is written."""


def expand_variants(
    document: YamlDocument, network: Network, study: Study | None
) -> tuple[Variant, ...]:
    """The baseline, what the design makes of the factors, and every variant as written.

    `network` is the network as it stands; the baseline has all factors where the design leaves one
    out. Raises `RecipeError` at the edit at fault.
    """
    if study is None:
        return (Variant(BASELINE, "", (), network, ()),)
    factors = {
        name: parse_change(document, text, ("study", "factors", name), study.match)
        for name, text in study.factors.items()
    }
    _check_factors(document, study)
    first, *others = build_design(study.design, tuple(factors)).combinations
    base_factors = [factors[name] for name in first.factors]
    trace = _apply_factors(document, network, base_factors)
    base = trace.network
    requested = trace.requested if base_factors else ()
    found = [Variant(BASELINE, "", (), base, (), requested=requested)]
    for one in others:
        applied = [factors[name] for name in one.factors]
        single = factors[one.single_factor] if one.single_factor else None
        found.append(_design_variant(document, network, base, applied, one.name, single))
        _reject_duplicate_network(document, found)
    taken = {variant.name for variant in found}
    for name, text in study.variants.items():
        path = ("study", "variants", name)
        if name in taken:
            raise document.error("the design makes a variant of this name: choose another", path)
        found.append(
            _edited_variant(document, base, parse_change(document, text, path, study.match))
        )
    return tuple(found)


def _check_factors(document: YamlDocument, study: Study) -> None:
    if study.design == "one-factor":
        return
    if study.design == "factorial" and len(study.factors) > MAX_FACTORIAL_FACTORS:
        raise document.error(
            f"{len(study.factors)} factors have {2 ** len(study.factors):,} combinations: "
            f"a full factorial takes at most {MAX_FACTORIAL_FACTORS}",
            ("study", "factors"),
        )
    for name in study.factors:
        if "+" in name:
            message = "'+' joins the names of factors: choose another name"
            raise document.error(message, ("study", "factors", name))


def _reject_duplicate_network(document: YamlDocument, found: Sequence[Variant]) -> None:
    """Raise where the last of the combinations gives a network that is there already."""
    for other in found[:-1]:
        if other.network == found[-1].network:
            raise document.error(
                f"'{found[-1].name}' is the same network as '{other.name}': "
                "one factor undoes what another does",
                ("study", "factors"),
            )


def _edited_variant(document: YamlDocument, base: Network, change: WrittenChange) -> Variant:
    trace = EditTrace(base)
    _apply_change(document, trace, change)
    return Variant(
        change.name,
        change.because,
        change.edits,
        trace.network,
        tuple(trace.changes),
        change.expect,
        change.match,
        trace.requested,
    )


def _design_variant(
    document: YamlDocument,
    network: Network,
    base: Network,
    applied: Sequence[WrittenChange],
    name: str,
    single: WrittenChange | None,
) -> Variant:
    """The network with some factors, as edits of the baseline; `single` is their only difference."""
    trace = _apply_factors(document, network, applied)
    edits = tuple(edit for change in applied for edit in change.edits)
    changes = tuple(trace.changes)
    if base != network:
        edits = difference(base, trace.network)
        changes = apply_all(base, edits)[1]
    described = [single] if single else applied
    return Variant(
        name,
        "; ".join(change.because for change in described if change.because),
        edits,
        trace.network,
        changes,
        single.expect if single else "",
        next((change.match for change in described if change.match), None),
        trace.requested,
    )


def _apply_factors(
    document: YamlDocument, network: Network, applied: Sequence[WrittenChange]
) -> EditTrace:
    trace = EditTrace(network)
    for index, change in enumerate(applied):
        before = trace.network
        names = [earlier.name for earlier in applied[:index]]
        after = f" (after {' and '.join(names)})" if names else ""
        _apply_change(document, trace, change, after)
        if trace.network == before:
            raise document.error(f"changes nothing{after}", ("study", "factors", change.name))
    return trace


def _apply_change(
    document: YamlDocument, trace: EditTrace, change: WrittenChange, after: str = ""
) -> None:
    for path, edit in change.located_edits:
        try:
            trace.apply(edit)
        except EditError as error:
            raise document.error(
                f"{error}{after}", (*path, error.field) if error.field else path
            ) from None
