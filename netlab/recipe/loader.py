"""A whole recipe, read, checked and expanded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from netlab.blocks.value_text import format_scalar
from netlab.datasets.data_spec import Data
from netlab.errors import NetlabError, RecipeError
from netlab.recipe.claims.checks import claim_errors
from netlab.recipe.designs import build_design
from netlab.recipe.library import find_protocol, find_recipe
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.quick import Quick
from netlab.recipe.run_spec import RunSpec
from netlab.recipe.study import Study
from netlab.recipe.variants import Variant, expand_variants
from netlab.recipe.yaml.document import YamlDocument, YamlPath, read_document
from netlab.recipe.yaml.field_examples import example_line
from netlab.recipe.yaml.validation_messages import unknown_field_message, validation_messages

M = TypeVar("M", bound=BaseModel)


class RecipeFile(BaseModel):
    """The fields of a recipe file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    extends: str | None = Field(None, description="another recipe, which this one is laid over")
    network: Network
    data: Data = Data()
    protocol: Protocol = Protocol()
    study: Study | None = None
    quick: Quick | None = None


@dataclass(frozen=True)
class Recipe:
    """What a recipe file means: every variant as a network, with data, protocol and seeds."""

    file: str
    text: str
    name: str
    question: str
    network: Network
    """The baseline: the network as it stands, or with all factors where a design leaves one out."""
    data: Data
    protocol: Protocol
    seeds: tuple[int, ...]
    variants: tuple[Variant, ...]
    claims: tuple[dict[str, str], ...]
    why: str = ""
    quick: Quick | None = None
    """The short form, which `but(quick=True)` takes."""
    design: dict[str, Any] = field(default_factory=dict)
    """`design`, its `factors`, and which are `applied` to each network that it makes."""
    document: YamlDocument = field(default=YamlDocument("", {}), compare=False, repr=False)
    """What was read, with the line of everything in it, for what is said of it later."""

    def specs(self, variant: Variant) -> tuple[RunSpec, ...]:
        """The runs of one variant, one per seed."""
        return tuple(
            RunSpec(network=variant.network, data=self.data, protocol=self.protocol, seed=seed)
            for seed in self.seeds
        )

    def with_overrides(
        self,
        *,
        seeds: Iterable[int] | None = None,
        epochs: int | None = None,
        data: str | None = None,
        protocol: str | None = None,
        quick: bool = False,
    ) -> Recipe:
        """The same recipe with what the command line says instead. Raises `RecipeError`.

        `quick` takes the recipe's short form; what else is given is laid over that.
        """
        changed = self._short_form() if quick else self
        if protocol is not None:
            changed = replace(changed, protocol=load_protocol(protocol))
        if epochs is not None and epochs != changed.protocol.epochs:
            changed = replace(changed, protocol=changed.protocol.with_epochs(epochs=epochs))
        if seeds is not None:
            changed = replace(changed, seeds=tuple(seeds))
        if data is not None:
            try:
                changed = replace(changed, data=Data.model_validate(data))
            except ValidationError as error:
                raise RecipeError(
                    validation_messages(error, Data, data)[0][1], field="--data"
                ) from None
        return changed

    def _short_form(self) -> Recipe:
        short = self.quick
        if short is None:
            raise RecipeError(
                "this recipe has no short form: add one, such as "
                "'quick: {data: fashion-mini, protocol: smoke, seeds: [0, 1, 2]}'",
                file=self.file,
                field="quick",
            )
        protocol = short.protocol or self.protocol
        if short.epochs is not None and short.epochs != protocol.epochs:
            protocol = protocol.with_epochs(epochs=short.epochs)
        return replace(
            self,
            data=short.data or self.data,
            protocol=protocol,
            seeds=short.seeds or self.seeds,
        )


def load_recipe(argument: str | Path) -> Recipe:
    """The recipe at a path or of a saved name.

    Raises `RecipeError` that names file, line and field, or `InvalidRecipeError` for several.
    """
    path = find_recipe(str(argument))
    document = _expand_protocols(_read_extended(path, ()), path.parent)
    if "study" in document.values and document.values["study"] is None:
        raise document.error("the study is empty: give it variants, or leave it out", ("study",))
    parsed = validate_document(RecipeFile, document)
    study, quick = parsed.study, parsed.quick
    variants = expand_variants(document, parsed.network, study)
    wrong = claim_errors(document, study.claims if study else (), [one.name for one in variants])
    if wrong:
        raise _one_error(wrong)
    if quick and quick.data:
        quick = quick.model_copy(update={"data": _resolve_relative(quick.data, path.parent)})
    return Recipe(
        file=str(path),
        text=path.read_text(encoding="utf-8"),
        name=(study.name if study else None) or path.stem,
        question=study.question if study else "",
        network=variants[0].network,
        data=_resolve_relative(parsed.data, path.parent),
        protocol=parsed.protocol,
        seeds=study.seeds if study else (0,),
        variants=variants,
        claims=tuple(claim.model_dump() for claim in study.claims) if study else (),
        why=study.why if study else "",
        quick=quick,
        design=build_design(study.design, tuple(study.factors)).to_dict(study.factors)
        if study
        else {},
        document=document,
    )


def load_network(argument: str | Path) -> Network:
    """The network of the recipe at a path or of a saved name; its variants are not looked at.

    Raises `RecipeError`, or `InvalidRecipeError` for several faults.
    """
    path = find_recipe(str(argument))
    return validate_document(
        RecipeFile, _expand_protocols(_read_extended(path, ()), path.parent)
    ).network


def load_protocol(argument: str) -> Protocol:
    """The protocol of that name or file. Raises `RecipeError`."""
    path = find_protocol(argument)
    return validate_document(Protocol, _with_default_name(_protocol_document(path), path))


class InvalidRecipeError(NetlabError):
    """Several faults of one recipe, one a line."""

    def __init__(self, errors: tuple[RecipeError, ...]) -> None:
        self.errors = errors
        super().__init__("\n".join(str(error) for error in errors))


def validate_document(model: type[M], document: YamlDocument, path: YamlPath = ()) -> M:
    """`document` as a `model`. Raises `RecipeError`, or `InvalidRecipeError` for several faults."""
    try:
        return model.model_validate(document.values)
    except ValidationError as error:
        found = validation_messages(error, model, document.values)
        raise _one_error(
            tuple(document.error(sentence, (*path, *loc)) for loc, sentence in found)
        ) from None


def _one_error(errors: tuple[RecipeError, ...]) -> NetlabError:
    return errors[0] if len(errors) == 1 else InvalidRecipeError(errors)


def _read_extended(path: Path, above: tuple[Path, ...]) -> YamlDocument:
    document = read_document(path)
    base = document.values.get("extends")
    if base is None:
        return document
    if not isinstance(base, str):
        raise document.error("name one recipe to extend", ("extends",))
    try:
        base_path = find_recipe(base, beside=path.parent)
    except RecipeError as error:
        raise document.error(f"'{base}': {error.message}", ("extends",)) from None
    chain = (*above, path.resolve())
    if base_path.resolve() in chain:
        raise document.error(f"'{base}' extends this recipe in turn", ("extends",))
    return document.merged_over(_read_extended(base_path, chain))


def _expand_protocols(document: YamlDocument, folder: Path) -> YamlDocument:
    """The recipe with its protocol written out, and that of its short form."""
    document = _expand_protocol(document, folder, document.values.get("protocol", "standard"), ())
    quick = document.values.get("quick")
    if isinstance(quick, dict) and "protocol" in quick:
        document = _expand_protocol(document, folder, quick["protocol"], ("quick",))
    return document


def _expand_protocol(
    document: YamlDocument, folder: Path, written: Any, inside: YamlPath
) -> YamlDocument:
    """Replace `protocol: NAME`, or lay what is written over the protocol that it extends."""
    place = (*inside, "protocol")
    name = written.pop("extends", None) if isinstance(written, dict) else written
    if name is None:
        return document
    if not isinstance(name, str):
        raise document.error(
            f"name a protocol, or write one out, such as '{example_line('protocol', None, written)}'",
            place,
        )
    try:
        path = find_protocol(name, beside=folder)
    except RecipeError as error:
        raise document.error(error.message, place) from None
    base = _with_default_name(_protocol_document(path), path)
    places = {(*place, *inner): spot for inner, spot in base.locations.items()}
    if isinstance(written, dict):
        changes = ", ".join(f"{key} {format_scalar(value)}" for key, value in _flattened(written))
        values = _merged(base.values, {**written, "changed": changes})
    else:
        values = base.values
    return YamlDocument(
        document.file,
        _with_value(document.values, place, values),
        {**places, **document.locations},
    )


def _with_value(values: dict[str, Any], place: YamlPath, value: Any) -> dict[str, Any]:
    """`values` with `value` at `place`, whose mappings are there."""
    first, *rest = place
    return {
        **values,
        str(first): _with_value(values[str(first)], tuple(rest), value) if rest else value,
    }


def _protocol_document(path: Path) -> YamlDocument:
    document = read_document(path)
    for key, value in document.values.items():
        if key not in Protocol.model_fields:
            raise document.error(
                unknown_field_message(key, value, Protocol, document.values), (key,)
            )
    return document


def _with_default_name(document: YamlDocument, path: Path) -> YamlDocument:
    return YamlDocument(document.file, {"name": path.stem, **document.values}, document.locations)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    return YamlDocument("", over).merged_over(YamlDocument("", base)).values


def _flattened(values: dict[str, Any], above: str = "") -> Iterable[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flattened(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _resolve_relative(data: Data, folder: Path) -> Data:
    """A relative folder of images lies beside the recipe, if it does, else where netlab runs."""
    if data.path and not Path(data.path).is_absolute() and _is_folder(folder / data.path):
        return data.model_copy(update={"path": str(folder / data.path)})
    return data


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
