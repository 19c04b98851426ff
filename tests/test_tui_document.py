"""The document: any sequence of edits, undone, is the start; redone, is the end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlab.blocks.parsing import parse_block
from netlab.errors import EditError
from netlab.recipe.edits import Edit, Insert, Move, Remove, Rewrite, SetFields, SetInput, Swap
from netlab.recipe.network import Network
from netlab.recipe.study_draft import StudyDraft, VariantDraft
from tui.compose.autosave.drafts import MAX_DRAFTS, list_drafts, save_draft
from tui.compose.autosave.session import (
    SavedSession,
    load_session,
    quarantine,
    session_file,
    write_session,
)
from tui.compose.autosave.session_json import SessionUnreadable, session_from_json, session_to_json
from tui.compose.branch_edits import field_edit
from tui.model.network_document import NetworkDocument
from tui.model.study_history import StudyHistory

BLOCKS = [
    parse_block({"block": "conv", "channels": 16}),
    parse_block({"block": "basic", "channels": 32, "stride": 2, "repeat": 2}),
    parse_block({"block": "pool"}),
    parse_block({"block": "classifier"}),
]
START = Network(input=(3, 32, 32), blocks=tuple(BLOCKS))
ROW = st.integers(0, 9)

EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(Insert, ROW, st.sampled_from(BLOCKS)),
    st.builds(Remove, ROW),
    st.builds(Move, ROW, ROW),
    st.builds(Swap, ROW, st.sampled_from(["fire", "basic", "pool", "nonsense"])),
    st.builds(
        SetFields,
        st.one_of(ROW, st.just("network"), st.just("basic")),
        st.dictionaries(
            st.sampled_from(["channels", "stride", "norm", "width", "nonsense"]),
            st.sampled_from([1, 2, 64, "group", "none", -1, None]),
            min_size=1,
            max_size=2,
        ),
    ),
    st.builds(SetInput, st.fixed_dictionaries({"classes": st.sampled_from([2, 10, 0, "x"])})),
    st.builds(SetInput, st.fixed_dictionaries({"input height": st.sampled_from([8, 64, 0])})),
    st.builds(
        Rewrite,
        st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=3).map(
            lambda blocks: Network(input=(1, 28, 28), blocks=tuple(blocks))
        ),
    ),
)


def after(edits: list[Edit]) -> NetworkDocument:
    """A document after the edits, those that cannot be made left out."""
    document = NetworkDocument.of(START)
    for edit in edits:
        try:
            document = document.edited(edit)
        except EditError:
            continue
    return document


@settings(max_examples=150, deadline=None)
@given(st.lists(EDITS, max_size=12))
def test_edits_undone_are_the_start_and_redone_are_the_end(edits: list[Edit]) -> None:
    end = after(edits)
    document = end
    for _ in end.past:
        document = document.undone()
    assert document.network == START
    assert document.undone() is document
    for _ in end.past:
        document = document.redone()
    assert document == end
    assert document.redone() is document


@settings(max_examples=100, deadline=None)
@given(st.lists(EDITS, max_size=10), st.integers(0, 10))
def test_what_is_kept_reads_back_with_its_history(edits: list[Edit], undone: int) -> None:
    document = after(edits)
    for _ in range(undone):
        document = document.undone()
    stored = session_to_json(document, StudyHistory(), None)
    assert session_from_json(json.loads(json.dumps(stored)))[0] == document


def test_an_edit_that_changes_nothing_is_no_step() -> None:
    document = NetworkDocument.of(START).edited(SetFields(1, {"channels": 16}))
    assert document.past == ()


def test_a_new_edit_forgets_what_was_undone() -> None:
    document = NetworkDocument.of(START).edited(Remove(3)).undone().edited(Move(1, 2))
    assert document.future == ()


@pytest.mark.parametrize(
    ("row", "fields", "words"),
    [
        (0, {"classes": 1}, "1 is below the minimum, 2"),
        (0, {"input height": 0}, "0 is below the minimum, 1"),
        (0, {"norm": "x"}, "'x' is not one of batch, group or none"),
        (1, {"channels": 0}, "conv: 0 is below the minimum, 1"),
        (9, {"channels": 1}, "there is no row 9"),
    ],
)
def test_an_edit_that_cannot_be_made_says_why(row: int, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(EditError, match=words):
        field_edit(row, fields).apply(START)


OLD_SESSION = {
    "version": 1,
    "document": {
        "start": {"input": [3, 32, 32], "classes": 10, "blocks": [{"block": "classifier"}]},
        "edits": [
            {"edit": "Insert", "at": 1, "block": {"block": "conv", "channels": 8}},
            {"edit": "SetFields", "where": "network", "fields": {"norm": "group"}},
            {"edit": "SetInput", "fields": {"classes": 3}},
        ],
        "undone": [{"edit": "Move", "where": 2, "to": 1}],
        "baseline": {"input": [3, 32, 32], "classes": 10, "blocks": [{"block": "classifier"}]},
        "saved": None,
    },
    "study": {
        "name": "mine",
        "question": "",
        "variants": [
            {
                "name": "a",
                "edits": [{"edit": "Swap", "where": "conv", "kind": "basic", "fields": {}}],
                "because": "b",
                "expectation": "c",
            }
        ],
        "seeds": [0],
        "protocol": "standard",
        "data": "fashion-mini",
        "recipe_file": None,
        "epochs": None,
        "device": "auto",
    },
}


def test_a_session_of_an_earlier_version_of_the_app_is_read() -> None:
    document, history, pending = session_from_json(OLD_SESSION)
    assert [type(step.edit) for step in document.past] == [Insert, SetFields, SetInput]
    assert (document.network.classes, document.network.norm) == (3, "group")
    assert history.study.variants == (VariantDraft("a", (Swap("conv", "basic"),), "b", "c"),)
    assert pending is None


def test_an_edit_of_no_known_kind_makes_a_session_unreadable() -> None:
    document = {**OLD_SESSION["document"], "edits": [{"edit": "Doubled"}]}  # type: ignore[dict-item]
    with pytest.raises(SessionUnreadable, match="Doubled"):
        session_from_json({**OLD_SESSION, "document": document})


STUDY = StudyDraft(
    name="mine [/x 🦊",
    question="why?",
    variants=(VariantDraft("a", (SetFields("basic", {"groups": 2}), Insert(1, BLOCKS[2]))),),
    seeds=(3, 4),
)


def test_a_file_holds_document_and_study(tmp_path: Path) -> None:
    history = StudyHistory().changed(StudyDraft(seeds=(5,)), START).changed(STUDY)
    history, baseline = history.undone(START)
    assert (history.study.seeds, baseline) == ((5,), START)
    kept = SavedSession(
        NetworkDocument.of(START).edited(Remove(3)), STUDY, history.redone(START)[0]
    )
    write_session(tmp_path / "deep" / "kept.json", kept)
    assert load_session(tmp_path / "deep" / "kept.json") == kept
    assert load_session(tmp_path / "none.json") is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"version": 99}', '{"version": 1}', '{"version": 1, "document": {}}'],
)
def test_a_damaged_file_is_refused_and_set_aside(text: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SessionUnreadable):
        load_session(file)
    assert quarantine(file).read_text(encoding="utf-8") == text
    assert not file.exists()


def test_every_lab_has_its_own_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLAB_STATE", str(tmp_path / "state"))
    first, second = session_file(tmp_path / "a.db"), session_file(tmp_path / "b.db")
    assert first != second
    assert first.is_relative_to(tmp_path / "state")


def test_drafts_are_found_again_the_newest_first_and_only_so_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAB_STATE", str(tmp_path))
    (tmp_path / "drafts").mkdir()
    for number in range(MAX_DRAFTS + 3):
        (tmp_path / "drafts" / f"20200101-000000-{number:09}-old.json").write_text("{}")
    file = save_draft(SavedSession(NetworkDocument.of(START), STUDY))
    assert len(list_drafts()) == MAX_DRAFTS
    assert list_drafts()[0][1] == file
    assert list_drafts()[1][0] == "old  2020-01-01 00:00"
