"""The networks of a study: its baseline, what its design makes of the factors, its variants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from netlab.errors import EditError
from netlab.recipe.designs import MAX_FACTORIAL_FACTORS, Combination, build_design
from netlab.recipe.edits import Edit, apply_all
from netlab.recipe.network import Network
from netlab.recipe.network_diff import difference
from netlab.recipe.repairs import RequestedFields, requested_fields
from netlab.recipe.study import BASELINE, Match, Study
from netlab.recipe.variant_yaml import WrittenChange, parse_change
from netlab.recipe.yaml.document import YamlDocument, YamlPath


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
    """What was expected of it, in the words of whoever planned it."""
    match: Match | None = None
    """A cost that it is to have in common with the baseline; `edits` do not see to that yet."""
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
    base_edits = [factors[name] for name in first.factors]
    base = _apply_factors(document, network, base_edits)
    found = [
        Variant(BASELINE, "", (), base, (), requested=requested_fields(network, _edits(base_edits)))
        if base_edits
        else Variant(BASELINE, "", (), network, ())
    ]
    for one in others:
        applied = [factors[name] for name in one.factors]
        about = factors[one.single_factor] if one.single_factor else None
        found.append(_design_variant(document, network, base, applied, one, about))
        _reject_duplicate_network(document, found)
    taken = {variant.name for variant in found}
    for name, text in study.variants.items():
        place = ("study", "variants", name)
        if name in taken:
            raise document.error("the design makes a variant of this name: choose another", place)
        found.append(
            _edited_variant(document, base, parse_change(document, text, place, study.match))
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
            raise document.error(
                "'+' joins the names of factors: call this one otherwise",
                ("study", "factors", name),
            )


def _reject_duplicate_network(document: YamlDocument, found: Sequence[Variant]) -> None:
    """The last of the combinations is a network that none before it is."""
    for other in found[:-1]:
        if other.network == found[-1].network:
            raise document.error(
                f"'{found[-1].name}' is the same network as '{other.name}': "
                "one factor undoes what another does",
                ("study", "factors"),
            )


def _edited_variant(document: YamlDocument, base: Network, change: WrittenChange) -> Variant:
    network, words = base, []
    for place, edit in change.located_edits:
        network, before = _apply_edit(document, network, place, edit), network
        words.append(edit.describe(before))
    return Variant(
        change.name,
        change.because,
        change.edits,
        network,
        tuple(words),
        change.expect,
        change.match,
        requested_fields(base, change.edits),
    )


def _design_variant(
    document: YamlDocument,
    network: Network,
    base: Network,
    applied: list[WrittenChange],
    combination: Combination,
    about: WrittenChange | None,
) -> Variant:
    """The network with some factors, as it differs from the baseline."""
    made = _apply_factors(document, network, applied)
    edits = _edits(applied) if base == network else difference(base, made)
    told = [about] if about else applied
    return Variant(
        combination.name,
        "; ".join(change.because for change in told if change.because),
        edits,
        made,
        apply_all(base, edits)[1],
        about.expect if about else "",
        next((change.match for change in told if change.match), None),
        requested_fields(network, _edits(applied)),
    )


def _edits(changes: Iterable[WrittenChange]) -> tuple[Edit, ...]:
    return tuple(edit for change in changes for edit in change.edits)


def _apply_factors(
    document: YamlDocument, network: Network, applied: Iterable[WrittenChange]
) -> Network:
    before: list[str] = []
    for change in applied:
        was = network
        for place, edit in change.located_edits:
            network = _apply_edit(document, network, place, edit, before)
        if network == was:
            raise document.error(
                "changes nothing" + _after(before),
                ("study", "factors", change.name),
            )
        before.append(change.name)
    return network


def _apply_edit(
    document: YamlDocument,
    network: Network,
    place: YamlPath,
    edit: Edit,
    before: Sequence[str] = (),
) -> Network:
    try:
        return edit.apply(network)
    except EditError as error:
        raise document.error(
            f"{error}{_after(before)}", (*place, error.field) if error.field else place
        ) from None


def _after(before: Sequence[str]) -> str:
    return f" (after {' and '.join(before)})" if before else ""
