"""A planned study saved as a recipe, over the one it came from: only what changed is changed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ruamel.yaml.nodes import MappingNode, SequenceNode

from netlab.errors import EditError, RecipeError
from netlab.recipe.loader import load_recipe
from netlab.recipe.network import Network
from netlab.recipe.recipe import Recipe
from netlab.recipe.study_draft import StudyDraft, VariantDraft
from netlab.recipe.variants import Variant
from netlab.recipe.writing.replace_recipe import replace_recipe
from netlab.recipe.writing.save_network import edit_network_text, make_base_absolute
from netlab.recipe.writing.study_content import StudyContent, equivalent
from netlab.recipe.writing.study_text import settings_text, study_text, variant_lines
from netlab.recipe.writing.text_edits import (
    CannotEditInPlaceError,
    TextEdit,
    apply_text_edits,
    entries_of,
    in_lines,
    line_end,
    line_span,
    line_start,
    root_of,
)


def save_study(
    path: Path, draft: StudyDraft, baseline: Network, *, source: Recipe | None = None
) -> Recipe:
    """Write the recipe to `path` in one step, and give it as it is read back.

    With a `source`, its text and comments stay wherever they still fit `draft`; where they cannot,
    and without a source, the recipe is laid out anew. A file that is there is replaced,
    and only by a recipe that means the same as `draft`. Raises `RecipeError` where the file cannot
    be written or the study is no recipe.
    """
    path = path.absolute()
    content = StudyContent.of(draft, baseline, source)

    def check(file: Path) -> None:
        recipe = load_recipe(file)
        if recipe.name == file.stem:
            recipe = replace(recipe, name=path.stem)
        if not equivalent(recipe, content):
            raise RecipeError("does not read back as it was planned", file=str(file))

    replace_recipe(path, _drafts(path, content, source), check)
    return load_recipe(path)


def edit_study_text(source: Recipe, content: StudyContent, *, with_name: bool = False) -> str:
    """The text of `source` changed so that it means `content`. Raises `CannotEditInPlaceError`.

    The name of the study is written where it changed, and `with_name` where it was the file's.
    """
    text = source.text if source.text.endswith("\n") else source.text + "\n"
    text = edit_network_text(text, source.network, content.baseline)
    before = StudyContent.of(StudyDraft.of(source), source.network, source)
    old, new = settings_text(before), settings_text(content)
    changed = {key: value for key, value in new.items() if value != old[key]}
    if with_name:
        changed["name"] = new["name"]
    outside = {key: changed.pop(key) for key in [*changed] if key in ("data", "protocol")}
    text = apply_text_edits(text, [*_setting_edits(text, root_of(text), outside)])
    _key, study = in_lines(MappingNode, root_of(text), "study")
    return apply_text_edits(
        text,
        [
            *_setting_edits(text, study, changed),
            *_variant_edits(text, study, source, content),
            *_claim_edits(text, study, content),
        ],
    )


def _drafts(path: Path, content: StudyContent, source: Recipe | None) -> Iterator[str]:
    """Candidate texts, the least changed first."""
    if source is not None:
        file = Path(source.file).absolute()
        for with_name in (False, True):
            with contextlib.suppress(CannotEditInPlaceError):
                text = edit_study_text(source, content, with_name=with_name)
                yield text if file.parent == path.parent else make_base_absolute(text, file)
    yield study_text(content)


def _setting_edits(
    text: str, node: MappingNode, values: Mapping[str, str | None]
) -> Iterator[TextEdit]:
    """Whole lines of a mapping replaced; new ones come first."""
    entries = entries_of(node)
    indent = " " * node.start_mark.column
    for name, value in values.items():
        line = "" if value is None else f"{indent}{name}: {value}\n"
        if name in entries:
            yield (*line_span(text, entries[name]), line)
        elif line:
            offset = line_start(text, node.start_mark.index)
            yield (offset, offset, line)


def _variant_edits(
    text: str, study: MappingNode, source: Recipe, content: StudyContent
) -> Iterator[TextEdit]:
    """The variants in their new order; one whose meaning is unchanged keeps its lines."""
    old = {variant.name: variant for variant in source.variants[1:]}
    new = content.draft.variants
    unchanged = {
        variant.name
        for variant in new
        if variant.name in old and _is_unchanged(old[variant.name], variant, content.baseline)
    }
    if [variant.name for variant in new] == list(old) and len(unchanged) == len(old):
        return
    key, variants = in_lines(MappingNode, study, "variants")
    start = end = line_end(text, key.start_mark.index)
    lines_of = {}
    for name, variant_entry in entries_of(variants).items():
        # What stands above a variant, its comment, belongs to it.
        begin, end = end, line_span(text, variant_entry)[1]
        lines_of[name] = text[begin:end]
    indent = " " * variants.start_mark.column
    lines = [
        lines_of[variant.name]
        if variant.name in unchanged & lines_of.keys()
        else "".join(f"{indent}{line}\n" for line in variant_lines(variant))
        for variant in new
    ]
    yield (start, end, "".join(lines))


def _claim_edits(text: str, study: MappingNode, content: StudyContent) -> Iterator[TextEdit]:
    """The claims that name a variant that is gone, made into comments."""
    lost = content.unresolvable_claims()
    if not lost:
        return
    key, node = in_lines(SequenceNode, study, "claims")
    claims = node.value
    if len(claims) != len(content.claims):
        raise CannotEditInPlaceError
    spans = [line_span(text, (claims[index], claims[index])) for index in lost]
    if len(lost) == len(claims):
        heading = key.start_mark.index
        spans.append((line_start(text, heading), line_end(text, heading)))
    for start, end in spans:
        lines = text[start:end].splitlines(keepends=True)
        yield (start, end, "".join(re.sub(r"^(\s*)(?=\S)", r"\1# ", line) for line in lines))


def _is_unchanged(old: Variant, new: VariantDraft, baseline: Network) -> bool:
    """Whether the lines of `old` can be kept for `new`."""
    if (old.because, old.expect) != (new.because, new.expect):
        return False
    try:
        return old.edits == new.edits or old.network == new.network(baseline)
    except EditError:
        return False
