"""Ablate: variants are renamed, removed, combined, and recorded from what was changed in Compose."""

from __future__ import annotations

from pathlib import Path

import pytest
from ablate_app import BASE, AblateSeat, ablate

from netlab.recipe.edits import Remove, Rewrite, SetFields, SetInput
from netlab.recipe.proposals import FEWER, Proposal, proposals
from netlab.recipe.study_draft import StudyDraft, VariantDraft
from tui.ablate.study_edits import (
    free_name,
    name_fault,
    replace_variant,
    toggle_proposal,
)
from tui.background import time_estimate
from tui.background.time_estimate import TimeEstimate, TimeQuery


def by_name(name: str) -> Proposal:
    return next(p for p in proposals(BASE) if p.name == name)


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def twelve_minutes(_query: TimeQuery, _text: str, _options: object) -> TimeEstimate:
        return TimeEstimate(720, "nothing")

    monkeypatch.setenv("NETLAB_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(time_estimate, "DEBOUNCE_S", 0.001)
    monkeypatch.setattr(TimeQuery, "estimate_text", twelve_minutes)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def test_a_variant_is_renamed_and_told_why_and_what_is_expected(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await at.go_to("groups-2")
        await at.press("space", "e")
        await at.fill(name="baseline")
        await at.press("enter")
        assert at.front() == "VariantDialog"
        await at.fill(name=" halves ", because="because", expectation="a point less")
        await at.press("enter")
        assert at.only_variant == VariantDraft(
            "halves", (SetFields("basic", {"groups": 2}),), "because", "a point less"
        )
        assert at.ticked() == ["groups-2"]
        at.table.rows.focus()
        await at.press("G")
        assert "a point less" in at.details
        await at.press("enter")
        assert at.front() == "VariantDialog"
        await at.fill(name="other")
        await at.press("escape")
        assert at.names == ["halves"]

    ablate(tmp_path / "lab.db", scenario)


def test_variants_are_removed_and_brought_back(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await at.go_to("groups-2")
        await at.press("space", "down", "space")
        assert at.names == ["groups-2", "groups-4"]
        at.table.rows.focus()
        await at.press("g", "j", "delete")
        assert at.names == ["groups-4"]
        await at.press("x")
        assert at.names == []
        await at.press("x", "e")
        await at.until_notified("No variant is highlighted")
        await at.press("u")
        assert at.names == ["groups-4"]
        await at.press("u", "u", "u")
        assert at.names == []
        await at.press("u")
        await at.until_notified("nothing to undo")
        await at.press("U", "U")
        assert at.names == ["groups-2", "groups-4"]
        await at.press("G", "space")
        assert at.names == ["groups-2"]

    ablate(tmp_path / "lab.db", scenario)


def test_a_whole_question_is_chosen_and_two_changes_are_combined(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        fewer = [p.name for p in proposals(BASE) if p.question == FEWER]
        await at.press("slash", *"need", "enter", "a")
        assert at.names == ["groups-2", "groups-4", "separable"]  # of what the search has found
        await at.press("escape", "a")
        assert sorted(at.names) == sorted(at.ticked()) == sorted(fewer)
        await at.press("a")
        assert at.names == []
        await at.press("c")
        await at.until_notified("c combines them")
        await at.press("space")
        await at.go_to("deeper")
        await at.press("c")
        await at.until(lambda: at.table.highlighted == "groups-2-deeper")
        both = at.study.variants[-1]
        assert both.edits == (at.study.variants[0].edits + by_name("deeper").edits)
        assert both.because == "groups-2 and deeper together"
        await at.press("c")
        await at.until_notified("has the change of 'deeper' already")

    ablate(tmp_path / "lab.db", scenario)


def test_the_past_of_a_study_outlives_the_app_and_has_its_baselines(tmp_path: Path) -> None:
    wide = SetFields(1, {"channels": 16})

    async def first(at: AblateSeat) -> None:
        await at.go_to("groups-2")
        await at.press("space", "t")
        await at.fill(seeds="7")
        await at.press("enter")
        at.app.edit(wide)
        await at.press("b")
        assert at.app.document.baseline == wide.apply(BASE)
        await at.press("down", "space", "u")
        assert at.names == ["groups-2"]

    async def second(at: AblateSeat) -> None:
        assert (at.names, at.study.seeds) == (["groups-2"], (7,))
        await at.press("U")
        assert at.names == ["groups-2", "groups-4"]
        await at.press("u", "u")
        assert at.app.document.baseline == BASE
        assert at.app.document.network == wide.apply(BASE)
        await at.press("u")
        assert at.study.seeds == (0, 1, 2)
        await at.press("U", "U")
        assert at.app.document.baseline == wide.apply(BASE)
        at.app.study = StudyDraft(name="another")
        await at.press("u")
        await at.until_notified("Nothing to undo")

    ablate(tmp_path / "lab.db", first)
    ablate(tmp_path / "lab.db", second)


def test_what_was_changed_in_compose_is_recorded_as_a_variant(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await at.press("r")
        await at.until_notified("Nothing to record")
        at.app.edit(SetFields(2, {"channels": 4}))
        at.app.edit(SetFields(2, {"channels": 8, "groups": 2}))
        at.app.edit(SetFields(3, {"groups": 2}))
        await at.until(lambda: at.pending.startswith("Compose is 3 changes away"))
        await at.press("r")
        assert at.front() == "VariantDialog"
        await at.fill(name="grouped", because="halves", expectation="little")
        await at.press("enter")
        await at.until(lambda: at.names == ["grouped"])
        assert at.only_variant == VariantDraft(
            "grouped", (SetFields("basic", {"groups": 2}),), "halves", "little"
        )
        assert at.app.document.network == BASE
        assert len(at.app.document.future) == 3
        assert at.pending == ""

    ablate(tmp_path / "lab.db", scenario)


def test_a_network_that_was_written_anew_is_recorded_by_what_differs(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        at.app.edit(Rewrite(SetFields(1, {"channels": 16}).apply(BASE)))
        await at.press("r", "enter")
        await at.until(lambda: at.names == ["channels-16"])
        assert at.only_variant.edits == (SetFields(1, {"channels": 16}),)

    ablate(tmp_path / "lab.db", scenario)


def test_another_input_is_no_variant_but_may_be_the_baseline(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        at.app.edit(SetInput({"input height": 16}))
        await at.press("r")
        await at.until_notified("this cannot be a variant")
        assert at.front() == "AblateScreen"
        await at.press("b")
        assert at.app.document.baseline.input == (1, 16, 8)
        await at.until(lambda: at.pending == "")
        await at.press("b")
        await at.until_notified("the baseline already")

    ablate(tmp_path / "lab.db", scenario)


def test_two_variants_never_share_a_name() -> None:
    proposal = proposals(BASE)[0]
    taken = StudyDraft(variants=(VariantDraft(proposal.name, (Remove(2),)),))
    both = toggle_proposal(taken, proposal)
    assert [variant.name for variant in both.variants] == ["groups-2", "groups-2-2"]
    assert toggle_proposal(both, proposal) == taken
    assert free_name(taken, "baseline") == "baseline-2"
    assert name_fault(both, "groups-2") == "there is a variant 'groups-2' already"
    assert name_fault(both, "groups-2", except_name="groups-2") is None
    assert "80 characters" in (name_fault(both, "x" * 81) or "")
    renamed = replace_variant(both, "groups-2", VariantDraft("first", ()))
    assert [variant.name for variant in renamed.variants] == ["first", "groups-2-2"]
