"""A planned study saved as a recipe, over the one it came from: only what changed is changed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from netlab.atomic_write import replacing
from netlab.errors import NetlabError, RecipeError
from netlab.recipe.edits import EditError, apply_all
from netlab.recipe.loader import Recipe, load_recipe
from netlab.recipe.variants import Variant
from netlab.recipe.writing.save_network import edit_network_text, make_base_absolute
from netlab.recipe.writing.study_text import (
    NewStudy,
    NewVariant,
    equivalent,
    settings_text,
    study_text,
    variant_lines,
)
from netlab.recipe.writing.text_edits import (
    CannotEditInPlace,
    TextEdit,
    apply_text_edits,
    end_of,
    entries_of,
    line_end,
    line_start,
    root_of,
)


def save_study(path: Path, study: NewStudy, *, source: Recipe | None = None) -> Recipe:
    """Write the recipe to `path` in one step, and give it as it is read back.

    With a `source`, its text with its comments stays wherever it says what `study` says; where
    that cannot be, and without one, the recipe is laid out anew. A file that is there is replaced,
    and only by a recipe that means the same as `study`. Raises `RecipeError` where the file cannot
    be written or the study is no recipe.
    """
    path = path.absolute()
    try:
        with replacing(path, ".yaml") as temporary:
            for draft in _drafts(path, study, source):
                temporary.write_text(draft, encoding="utf-8")
                if _reads_back(temporary, path.stem, study):
                    break
            else:
                load_recipe(temporary)
                raise RecipeError("does not read back as it was planned", file=str(path))
    except OSError as error:
        raise RecipeError(f"cannot be written: {error.strerror}", file=str(path)) from None
    except NetlabError as error:
        raise RecipeError(str(error).replace(str(temporary), path.name)) from None
    return load_recipe(path)


def edit_study_text(source: Recipe, study: NewStudy, *, name: bool = False) -> str:
    """The text of `source` changed so that it means `study`. Raises `CannotEditInPlace`.

    With `name` the study's name is written even where it was the file's.
    """
    text = source.text if source.text.endswith("\n") else source.text + "\n"
    text = edit_network_text(text, source.network, study.network)
    root = root_of(text)
    before, after = settings_text(_as_new_study(source)), settings_text(study)
    changed = {key: after[key] for key in after if after[key] != before[key]}
    if name:
        changed["name"] = after["name"]
    top = {key: value for key, value in changed.items() if key in ("data", "protocol")}
    text = apply_text_edits(text, [*_setting_edits(text, root, top)])
    planned = entries_of(root_of(text)).get("study")
    if planned is None or not isinstance(planned[1], MappingNode) or planned[1].flow_style:
        raise CannotEditInPlace
    inside = {key: value for key, value in changed.items() if key not in top}
    splices = [
        *_setting_edits(text, planned[1], inside),
        *_variant_edits(text, planned[1], source, study),
        *_claim_edits(text, planned[1], study),
    ]
    return apply_text_edits(text, splices)


def _drafts(path: Path, study: NewStudy, source: Recipe | None) -> Iterator[str]:
    """Texts that may do, the least changed first."""
    if source is not None:
        file = Path(source.file).absolute()
        for name in (False, True):
            with contextlib.suppress(CannotEditInPlace):
                text = edit_study_text(source, study, name=name)
                yield text if file.parent == path.parent else make_base_absolute(text, file)
    yield study_text(study)


def _reads_back(file: Path, stem: str, study: NewStudy) -> bool:
    """Whether `file` says what is planned once its name is `stem`."""
    try:
        recipe = load_recipe(file)
    except NetlabError:
        return False
    return equivalent(replace(recipe, name=stem) if recipe.name == file.stem else recipe, study)


def _as_new_study(recipe: Recipe) -> NewStudy:
    """What a recipe says, as a study that could be written."""
    return NewStudy(
        network=recipe.network,
        variants=tuple(
            NewVariant(v.name, v.edits, v.because, v.expect, v.match) for v in recipe.variants[1:]
        ),
        name=recipe.name,
        question=recipe.question,
        seeds=recipe.seeds,
        protocol=recipe.protocol,
        data=recipe.data,
        claims=recipe.claims,
        why=recipe.why,
        quick=recipe.quick,
    )


def _setting_edits(
    text: str, node: MappingNode, values: dict[str, str | None]
) -> Iterator[TextEdit]:
    """Whole lines of a mapping replaced; new ones come first."""
    entries = entries_of(node)
    indent = " " * node.start_mark.column
    for name, value in values.items():
        line = "" if value is None else f"{indent}{name}: {value}\n"
        if name in entries:
            yield (*_line_span(text, *entries[name]), line)
        elif line:
            place = line_start(text, node.start_mark.index)
            yield (place, place, line)


def _variant_edits(
    text: str, node: MappingNode, source: Recipe, study: NewStudy
) -> Iterator[TextEdit]:
    """The variants in their new order, each in its old lines where it means what it meant."""
    old = {variant.name: variant for variant in source.variants[1:]}
    kept = {
        v.name for v in study.variants if v.name in old and _is_unchanged(old[v.name], v, study)
    }
    names = [variant.name for variant in study.variants]
    if names == list(old) and kept == set(names):
        return
    written = entries_of(node).get("variants")
    if written is None or not isinstance(written[1], MappingNode) or written[1].flow_style:
        raise CannotEditInPlace
    start = end = line_end(text, written[0].start_mark.index)
    chunks = {}
    for name, entry in entries_of(written[1]).items():
        above, end = end, _line_span(text, *entry)[1]
        chunks[name] = text[above:end]
    indent = " " * written[1].start_mark.column
    lines = [
        chunks[v.name]
        if v.name in kept and v.name in chunks
        else "".join(f"{indent}{line}\n" for line in variant_lines(v))
        for v in study.variants
    ]
    yield (start, end, "".join(lines))


def _claim_edits(text: str, node: MappingNode, study: NewStudy) -> Iterator[TextEdit]:
    """The claims that name a variant that is gone, made into comments."""
    lost = study.unresolvable_claims()
    if not lost:
        return
    written = entries_of(node).get("claims")
    if written is None or not isinstance(written[1], SequenceNode) or written[1].flow_style:
        raise CannotEditInPlace
    if len(written[1].value) != len(study.claims):
        raise CannotEditInPlace
    spans = [
        _line_span(text, claim, claim) for claim in (written[1].value[place] for place in lost)
    ]
    if len(lost) == len(study.claims):
        start = written[0].start_mark.index
        spans.append((line_start(text, start), line_end(text, start)))
    for start, end in spans:
        lines = text[start:end].splitlines(keepends=True)
        yield (start, end, "".join(re.sub(r"^(\s*)(?=\S)", r"\1# ", line) for line in lines))


def _is_unchanged(old: Variant, new: NewVariant, study: NewStudy) -> bool:
    """Whether what was written for `old` can stand for `new`."""
    if (old.because, old.expect) != (new.because, new.expect):
        return False
    try:
        return old.edits == new.edits or old.network == apply_all(study.network, new.edits)[0]
    except EditError:
        return False


def _line_span(text: str, key: Node, value: Node) -> tuple[int, int]:
    """Where the lines of an entry begin and end."""
    start = key.start_mark.index
    # The mark at the end of a folded text is that of what follows it.
    end = start + len(text[start : end_of(value)].rstrip())
    return line_start(text, start), line_end(text, end)
