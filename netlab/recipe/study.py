"""A study as it is written: a question, variants, seeds, claims; and the short form of a recipe."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from netlab.blocks.types import StrictModel
from netlab.datasets.data_spec import Data
from netlab.recipe.protocol import Protocol

BASELINE = "baseline"
"""The name of the recipe's own network in tables and claims."""

Seed = Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)]
VariantName = Annotated[str, Field(min_length=1, max_length=80)]


def _reject_duplicates(seeds: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(seeds)) < len(seeds):
        raise ValueError("the same seed twice gives the same run twice: list each seed once")
    return seeds


Seeds = Annotated[
    tuple[Seed, ...],
    Field(min_length=1, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_reject_duplicates),
]

DesignName = Literal["one-factor", "leave-one-out", "add-one-in", "factorial"]
"""one-factor: each change by itself; leave-one-out: the network with all factors, then without
each; add-one-in: the network as it stands, then with each; factorial: every combination."""


class Claim(StrictModel):
    """A statement fixed before the runs, and the source that made it."""

    says: str = Field(min_length=1, description="the statement, for people")
    check: str = Field(min_length=1, description="the statement, over variants and their measures")
    source: str = Field("", description="who said so, and where")
    figure: str = Field("", description="the source's own figure, such as '195 k → 99 k'")


NO_VARIANTS_MESSAGE = (
    "the study has no variants: write at least one, such as 'groups-2: {set: {basic: {groups: 2}}}'"
)

PercentMargin = Annotated[str, Field(pattern=r"^(0*[1-9]\d?|\d{0,2}\.\d*[1-9]\d*) ?%$")]


class Match(StrictModel):
    """A cost that a variant is to have in common with the baseline, and what is scaled for it."""

    macs: PercentMargin | None = Field(None, description="as many MACs, within a margin such as 3%")
    params: PercentMargin | None = Field(
        None, description="as many parameters, within such a margin"
    )
    by: Literal["width"] = Field("width", description="what is scaled: the network's width")

    @field_validator("macs", "params", mode="before")
    @classmethod
    def _is_a_share(cls, margin: Any) -> Any:
        if not isinstance(margin, str):
            raise ValueError("a margin is a share such as 3%")
        return margin

    @model_validator(mode="after")
    def _one_cost(self) -> Self:
        if (self.macs is None) == (self.params is None):
            raise ValueError("match one cost: '{macs: 3%, by: width}' or '{params: 3%, by: width}'")
        return self

    @property
    def cost(self) -> Literal["macs", "params"]:
        return "macs" if self.macs is not None else "params"

    @property
    def margin(self) -> float:
        """How far it may be off, as a share of the baseline's."""
        return float((self.macs or self.params or "").rstrip("% ")) / 100


class Study(StrictModel):
    """What is asked of the baseline, and with which variants."""

    name: VariantName | None = Field(None, description="left out, the recipe's file name")
    question: str = Field("", description="what the study is to find out")
    why: str = Field("", description="why the question matters, in a sentence or two")
    seeds: Seeds = Field((0,), description="one run of each variant each")
    design: DesignName = Field("one-factor", description="which of the factors are combined")
    factors: dict[VariantName, Any] = Field(
        {}, description="what the design combines: each name with its changes of the network"
    )
    variants: dict[VariantName, Any] = Field(
        {}, description="each name with its changes of the baseline"
    )
    match: Match | None = Field(None, description="a cost that every variant is to keep")
    claims: tuple[Claim, ...] = Field((), description="what is expected, written down beforehand")

    @field_validator("factors", "variants")
    @classmethod
    def _baseline_is_taken(cls, variants: dict[str, Any]) -> dict[str, Any]:
        if BASELINE in variants:
            raise ValueError(f"'{BASELINE}' is the network itself: choose another name")
        return variants

    @field_validator("variants")
    @classmethod
    def _has_variants(cls, variants: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        if not variants and not info.data.get("factors"):
            raise ValueError(NO_VARIANTS_MESSAGE)
        return variants

    @model_validator(mode="after")
    def _has_something_to_compare(self) -> Self:
        if self.design != "one-factor" and not self.factors:
            raise ValueError(
                f"a {self.design} design combines factors: write them as 'factors: "
                "{groups: {set: {basic: {groups: 2}}}, se: {set: {basic: {attention: se}}}}'"
            )
        if not self.variants and not self.factors:
            raise ValueError(NO_VARIANTS_MESSAGE)
        return self


class Quick(StrictModel):
    """What a first look trains with instead; what is left out stays as in the recipe."""

    data: Data | None = None
    protocol: Protocol | None = None
    seeds: Seeds | None = Field(None, description="one run of each variant each")
    epochs: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = Field(
        None, description="in place of the protocol's"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("the short form is empty: give it data, protocol, seeds or epochs")
        return self
