"""A study that is written as a recipe reads back as the same study."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import small_networks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netlab.blocks.parsing import parse_block
from netlab.errors import EditError, RecipeError
from netlab.recipe.edits import (
    Edit,
    Insert,
    Move,
    Remove,
    SetFields,
    SetInput,
    Swap,
    apply_all,
)
from netlab.recipe.loader import load_recipe
from netlab.recipe.network import Network
from netlab.recipe.proposals import proposals
from netlab.recipe.protocol_files import load_protocol
from netlab.recipe.recipe import Recipe
from netlab.recipe.study_draft import UNTITLED, StudyDraft, VariantDraft
from netlab.recipe.writing.save_study import save_study
from netlab.recipe.writing.study_content import StudyContent, equivalent
from netlab.recipe.writing.study_text import study_text

BASE = small_networks.resnet14()

WHERES = st.sampled_from([1, 2, 3, "4", 5, "basic", "basic[2]", "conv"])
EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(SetFields, WHERES, st.fixed_dictionaries({"channels": st.integers(1, 64)})),
    st.builds(
        SetFields,
        st.just("network"),
        st.fixed_dictionaries(
            {"norm": st.sampled_from(["none", "group"]), "norm_eps": st.floats(1e-9, 0.5)}
        ),
    ),
    st.builds(SetFields, st.just("basic"), st.just({"attention": "se", "norm": None})),
    st.builds(Swap, st.sampled_from(["basic", 3, "basic[1]"]), st.just("dense-residual")),
    st.builds(Swap, st.just("basic"), st.just("bottleneck"), st.just({"repeat": 3})),
    st.builds(Remove, WHERES),
    st.builds(
        Insert,
        st.integers(1, 6),
        st.integers(1, 64).map(lambda n: parse_block({"block": "conv", "channels": n})),
    ),
    st.builds(Move, st.integers(1, 5), st.integers(1, 5)),
)


def applied(network: Network, edits: list[Edit]) -> tuple[Edit, ...]:
    """Those of `edits` that can be made one after the other."""
    made: list[Edit] = []
    for edit in edits:
        try:
            network = edit.apply(network)
        except EditError:
            continue
        made.append(edit)
    return tuple(made)


CHANGES = st.lists(EDITS, max_size=6).map(lambda edits: applied(BASE, edits))
LETTERS = st.characters(codec="utf-8", exclude_characters="\0")
WORDS = st.text(LETTERS, max_size=40)
NAMES = st.text(LETTERS, min_size=1, max_size=80).filter(lambda name: name != "baseline")
VARIANTS = st.lists(
    st.builds(VariantDraft, NAMES, CHANGES, WORDS, WORDS),
    min_size=1,
    max_size=4,
    unique_by=lambda variant: variant.name,
).map(tuple)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    study=st.builds(
        StudyDraft,
        variants=VARIANTS,
        name=st.just(UNTITLED) | NAMES,
        question=WORDS,
        seeds=st.lists(st.integers(0, 99), min_size=1, max_size=5, unique=True).map(tuple),
        protocol=st.sampled_from(["standard", "smoke"]),
        data=st.sampled_from(["fashion-mini", "cifar10", "folder:/a b/c: d"]),
    )
)
def test_what_is_written_reads_back_as_it_was_meant(
    study: StudyDraft, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("study") / "study.yaml"
    content = StudyContent.of(study, BASE, None)
    path.write_text(study_text(content), encoding="utf-8")
    recipe = load_recipe(path)
    assert equivalent(recipe, content)
    assert recipe.network == BASE
    assert recipe.seeds == study.seeds
    assert recipe.protocol == load_protocol(study.protocol)
    assert [v.name for v in recipe.variants[1:]] == [v.name for v in study.variants]
    for read, written in zip(recipe.variants[1:], study.variants, strict=True):
        assert read.network == apply_all(BASE, written.edits)[0]
        assert (read.because, read.expect) == (written.because, written.expect)


def test_every_proposal_can_be_written() -> None:
    for network in (BASE, load_recipe("cifar-mobilenet-v2").network):
        found = [VariantDraft(p.name, p.edits, p.because) for p in proposals(network)]
        text = study_text(StudyContent.of(StudyDraft(variants=tuple(found)), network, None))
        for variant in found:
            assert f"\n    {variant.name}:\n" in text


def test_a_study_is_laid_out_for_people() -> None:
    network = small_networks.network({"block": "conv", "channels": 8}, {"block": "classifier"})
    study = StudyDraft(
        "width",
        "Why?",
        (
            VariantDraft("wide", (SetFields(1, {"channels": 16}),), "more room", "a point: 1 %"),
            VariantDraft("odd", (Remove(1), Insert(1, parse_block({"block": "se"})), Remove(1))),
        ),
        seeds=(0,),
    )
    text = study_text(StudyContent.of(study, network, None))
    assert text.partition("\ndata:")[2].splitlines() == [
        " fashion-mini",
        "protocol: standard",
        "",
        "study:",
        "  name: width",
        '  question: "Why?"',
        "  seeds: [0]",
        "  variants:",
        "    wide:",
        '      set: {"1": {channels: 16}}',
        '      because: "more room"',
        '      expect: "a point: 1 %"',
        "    odd:",
        "      edits:",
        "        - {remove: [1]}",
        "        - {insert: [{at: 1, block: se}]}",
        "        - {remove: [1]}",
    ]


def test_saving_gives_the_recipe_as_it_is_read_back(tmp_path: Path) -> None:
    plain = VariantDraft("plain", (SetFields("basic", {"shortcut": "none"}),))
    study = StudyDraft(variants=(plain,))
    recipe = save_study(tmp_path / "plain.yaml", study, BASE)
    assert (recipe.name, recipe.file) == ("plain", str(tmp_path / "plain.yaml"))
    assert equivalent(recipe, StudyContent.of(study, BASE, None))
    assert [path.name for path in tmp_path.iterdir()] == ["plain.yaml"]


@pytest.mark.parametrize(
    ("study", "message"),
    [
        (StudyDraft(), "the study has no variants"),
        (StudyDraft(variants=(VariantDraft("x", (Remove("fire"),)),)), "no block 'fire'"),
        (StudyDraft(variants=(VariantDraft("x", ()),), seeds=(1, 1)), "list each seed once"),
        (StudyDraft(variants=(VariantDraft("x", ()),), protocol="standart"), "standard"),
        (StudyDraft(variants=(VariantDraft("x", ()),), data="folder:"), "folder:PATH"),
    ],
)
def test_what_is_no_recipe_leaves_the_file_as_it_was(
    study: StudyDraft, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "kept.yaml"
    path.write_text("# kept", encoding="utf-8")
    with pytest.raises(RecipeError, match=message):
        save_study(path, study, BASE)
    assert path.read_text(encoding="utf-8") == "# kept"
    assert [file.name for file in tmp_path.iterdir()] == ["kept.yaml"]


def as_study(recipe: Recipe, **changes: Any) -> StudyDraft:
    """What a recipe says, with some of it changed."""
    return replace(StudyDraft.of(recipe), **changes)


def saved(file: Path, study: StudyDraft, source: Recipe, baseline: Network | None = None) -> Recipe:
    """The recipe that says what `study` says, saved over `source` and read back."""
    baseline = baseline or source.network
    recipe = save_study(file, study, baseline, source=source)
    assert equivalent(recipe, StudyContent.of(study, baseline, source))
    return recipe


WRITTEN = """\
# What this is for.
extends: resnet14-ablation
data: {name: folder, path: pictures, test: 0.3}  # ours
protocol:
  extends: smoke
  optimizer: {lr: 0.05}  # lower
study:
  question: >-
    Is it worth it
    at all?
  seeds: [4]  # one is enough
  variants:
    # The first.
    wide:
      set: {conv: {channels: 32}}
      because: more room  # maybe
    narrow: {set: {conv: {channels: 8}}}
    # The last.
    plain:
      set: {basic: {shortcut: none}}
"""


def test_a_recipe_that_says_it_all_is_saved_as_it_is(tmp_path: Path) -> None:
    text = WRITTEN.replace("extends: resnet14-ablation", TINY_NETWORK)
    source = load_recipe(small_networks.write_recipe(tmp_path, text))
    saved(tmp_path / "tiny.yaml", as_study(source), source)
    assert (tmp_path / "tiny.yaml").read_text(encoding="utf-8") == text


TINY_NETWORK = """\
network:
  input: [1, 8, 8]
  blocks:
    - {block: conv, channels: 4}
    - {block: basic, channels: 4}  # the middle
    - {block: classifier}"""


def test_only_what_changed_is_changed(tmp_path: Path) -> None:
    text = WRITTEN.replace("extends: resnet14-ablation", TINY_NETWORK)
    source = load_recipe(small_networks.write_recipe(tmp_path, text))
    wide, narrow, plain = as_study(source).variants
    deeper = VariantDraft("deeper", (SetFields("basic", {"repeat": 2}),), expect="more")
    study = as_study(
        source,
        variants=(plain, replace(narrow, because="less room"), deeper, wide),
        seeds=(0, 1),
        question="Why?",
        data="cifar10",
    )
    baseline = SetFields("conv", {"channels": 6}).apply(source.network)
    recipe = saved(tmp_path / "tiny.yaml", study, source, baseline)
    assert recipe.text == (
        text.replace("{block: conv, channels: 4}", "{block: conv, channels: 6}")
        .replace("data: {name: folder, path: pictures, test: 0.3}  # ours", "data: cifar10")
        .replace("question: >-\n    Is it worth it\n    at all?", 'question: "Why?"')
        .replace("seeds: [4]  # one is enough", "seeds: [0, 1]")
        .partition("    # The first.")[0]
        + """\
    # The last.
    plain:
      set: {basic: {shortcut: none}}
    narrow:
      set: {conv: {channels: 8}}
      because: "less room"
    deeper:
      set: {basic: {repeat: 2}}
      expect: more
    # The first.
    wide:
      set: {conv: {channels: 32}}
      because: more room  # maybe
"""
    )


def test_what_cannot_be_changed_in_place_is_laid_out_anew_with_its_claims(tmp_path: Path) -> None:
    source = load_recipe(small_networks.write_recipe(tmp_path, WRITTEN))
    study = as_study(source, variants=as_study(source).variants[-1:])
    recipe = saved(tmp_path / "less.yaml", study, source)
    assert [variant.name for variant in recipe.variants] == ["baseline", "plain"]
    assert recipe.claims == ()
    assert "\n    # - {says: " in recipe.text
    assert (recipe.why, recipe.quick) == (source.why, source.quick)
    assert recipe.protocol.label == "smoke@1 with optimizer.lr 0.05"


CLAIMED = (
    TINY_NETWORK
    + """
quick: {epochs: 1}
study:
  why: To see.
  match: {macs: 5%}
  variants:
    wide: {set: {basic: {channels: 6}}, match: {params: 4%}}
    plain: {set: {basic: {shortcut: none}}}
  claims:
    # The first.
    - says: more
      check: wide.params > baseline.params  # of course
    - {says: less, check: plain.params <= baseline.params}
"""
)


def test_claims_of_a_variant_that_is_gone_become_comments(tmp_path: Path) -> None:
    source = load_recipe(small_networks.write_recipe(tmp_path, CLAIMED))
    wide, plain = as_study(source).variants
    recipe = saved(tmp_path / "tiny.yaml", as_study(source, variants=(plain,)), source)
    assert [claim["says"] for claim in recipe.claims] == ["less"]
    assert recipe.text == CLAIMED.replace(
        "    wide: {set: {basic: {channels: 6}}, match: {params: 4%}}\n", ""
    ).replace(
        "    - says: more\n      check: wide",
        "    # - says: more\n      # check: wide",
    )
    recipe = saved(tmp_path / "tiny.yaml", as_study(source, variants=(wide,)), source)
    assert "    # - {says: less" in recipe.text
    alone = replace(wide, name="alone")
    recipe = saved(tmp_path / "tiny.yaml", as_study(source, variants=(alone,)), source)
    assert "\n  # claims:\n    # The first.\n    # - says: more\n" in recipe.text
    assert recipe.variants[1].match == wide.match


DESIGNED = (
    TINY_NETWORK
    + """
study:
  design: leave-one-out  # of two
  factors:
    wide: {set: {conv: {channels: 8}}}
    plain: {set: {basic: {shortcut: none}}}
"""
)


def test_a_design_stays_until_one_of_its_variants_changes(tmp_path: Path) -> None:
    source = load_recipe(small_networks.write_recipe(tmp_path, DESIGNED))
    kept = saved(tmp_path / "tiny.yaml", as_study(source, seeds=(3,)), source)
    assert kept.text == DESIGNED.replace("  design:", "  seeds: [3]\n  design:")
    fewer = as_study(source, variants=as_study(source).variants[1:])
    recipe = saved(tmp_path / "tiny.yaml", fewer, source)
    assert [variant.name for variant in recipe.variants] == ["baseline", "without-plain"]
    assert recipe.network == source.network
    assert recipe.design["design"] == "one-factor"


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    source=st.sampled_from(
        [load_recipe(n) for n in ("resnet14-ablation", "demo", "cifar-resnet18")]
    ),
    variants=VARIANTS,
    seeds=st.lists(st.integers(0, 9), min_size=1, unique=True).map(tuple),
)
def test_any_study_can_be_saved_over_any_recipe(
    source: Recipe,
    variants: tuple[VariantDraft, ...],
    seeds: tuple[int, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = tmp_path_factory.mktemp("over") / "mine.yaml"
    study = as_study(source, variants=variants, seeds=seeds, name="mine")
    saved(file, study, source, BASE)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="cannot be written: No such file"):
        save_study(tmp_path / "no" / "x.yaml", StudyDraft(variants=(VariantDraft("x", ()),)), BASE)


def test_an_unwritable_edit_is_refused() -> None:
    study = StudyDraft(variants=(VariantDraft("x", (SetInput({"classes": 3}),)),))
    with pytest.raises(EditError, match="SetInput"):
        study_text(StudyContent.of(study, BASE, None))
