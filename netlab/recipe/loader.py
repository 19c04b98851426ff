"""Reading recipe files: what they extend, their models, their variants and claims."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from netlab.blocks.types import StrictModel
from netlab.datasets.data_spec import Data
from netlab.errors import RecipeError, one_or_all
from netlab.recipe.claims.checks import claim_errors
from netlab.recipe.designs import build_design
from netlab.recipe.library import find_recipe
from netlab.recipe.network import Network
from netlab.recipe.protocol import Protocol
from netlab.recipe.protocol_files import expand_protocols
from netlab.recipe.recipe import Recipe
from netlab.recipe.study import Quick, Study
from netlab.recipe.variants import expand_variants
from netlab.recipe.yaml.document import YamlDocument, read_document
from netlab.recipe.yaml.validation_messages import validate_document


class RecipeFile(StrictModel):
    """The fields of a recipe file."""

    extends: str | None = Field(None, description="another recipe, which this one is laid over")
    network: Network
    data: Data = Data()
    protocol: Protocol = Protocol()
    study: Study | None = None
    quick: Quick | None = None


def load_recipe(argument: str | Path) -> Recipe:
    """The recipe at a path or of a saved name.

    Raises `RecipeError` that names file, line and field, or `InvalidRecipeError` for several.
    """
    path = find_recipe(str(argument))
    document, parsed = _read(path)
    study, quick = parsed.study or Study.model_construct(), parsed.quick
    if "study" in document.values and parsed.study is None:
        raise document.error("the study is empty: give it variants, or leave it out", ("study",))
    variants = expand_variants(document, parsed.network, parsed.study)
    wrong = claim_errors(document, study.claims, [variant.name for variant in variants])
    if wrong:
        raise one_or_all(wrong)
    if quick and quick.data:
        quick = quick.model_copy(update={"data": _resolve_relative(quick.data, path.parent)})
    design = build_design(study.design, tuple(study.factors)).to_dict(study.factors)
    return Recipe(
        file=str(path),
        text=path.read_text(encoding="utf-8"),
        name=study.name or path.stem,
        question=study.question,
        network=variants[0].network,
        data=_resolve_relative(parsed.data, path.parent),
        protocol=parsed.protocol,
        seeds=study.seeds,
        variants=variants,
        claims=tuple(claim.model_dump() for claim in study.claims),
        why=study.why,
        quick=quick,
        design=design if parsed.study else {},
        document=document,
    )


def load_network(argument: str | Path) -> Network:
    """The network of the recipe at a path or of a saved name; its variants are not looked at.

    Raises `RecipeError`, or `InvalidRecipeError` for several faults.
    """
    return _read(find_recipe(str(argument)))[1].network


def _read(path: Path) -> tuple[YamlDocument, RecipeFile]:
    document = expand_protocols(_read_extended(path, ()), path.parent)
    return document, validate_document(RecipeFile, document)


def _read_extended(path: Path, above: tuple[Path, ...]) -> YamlDocument:
    """The document at `path` laid over the recipe that it extends, which may extend one in turn."""
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
