"""A study as it is written: a question, variants of the baseline, seeds, claims."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

BASELINE = "baseline"
"""What tables and claims call the network as it stands in the recipe."""

Seed = Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)]
Name = Annotated[str, Field(min_length=1, max_length=80)]


def _differ(seeds: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(seeds)) < len(seeds):
        raise ValueError("the same seed twice gives the same run twice: list each seed once")
    return seeds


Seeds = Annotated[
    tuple[Seed, ...],
    Field(min_length=1, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_differ),
]


class Claim(BaseModel):
    """A statement fixed before the runs, and the source that made it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    says: str = Field(min_length=1, description="the statement, for people")
    check: str = Field(min_length=1, description="the statement, over variants and their measures")
    source: str = Field("", description="who said so, and where")
    figure: str = Field("", description="the source's own figure, such as '195 k → 99 k'")


class Study(BaseModel):
    """What is asked of the baseline, and with which variants."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name | None = Field(None, description="left out, the recipe's file name")
    question: str = Field("", description="what the study is to find out")
    why: str = Field("", description="why the question matters, in a sentence or two")
    seeds: Seeds = Field((0,), description="one run of each variant each")
    variants: dict[Name, Any] = Field(description="each name with its changes of the baseline")
    claims: tuple[Claim, ...] = Field((), description="what is expected, written down beforehand")

    @field_validator("variants")
    @classmethod
    def _has_variants(cls, variants: dict[str, Any]) -> dict[str, Any]:
        if not variants:
            raise ValueError(
                "the study has no variants: write at least one, "
                "such as 'groups-2: {set: {basic: {groups: 2}}}'"
            )
        if BASELINE in variants:
            raise ValueError(f"'{BASELINE}' is the network itself: call the variant otherwise")
        return variants
