"""Ablate: proposals and recorded changes become variants, and their costs are seen beforehand."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from ablate_app import BASE, AblateSeat, ablate
from textual.widget import Widget

from netlab.recipe.edits import Remove, Rewrite, SetFields, SetInput
from netlab.recipe.proposals import FEWER, Proposal, proposals
from netlab.recipe.study_draft import StudyDraft, VariantDraft
from tui.ablate.actions import ACTIONS
from tui.ablate.study_edits import (
    free_name,
    name_fault,
    replace_variant,
    toggle_proposal,
)
from tui.background import time_estimate
from tui.background.time_estimate import TimeEstimate, TimeUnknownError
from tui.config.settings import Settings


def by_name(name: str) -> Proposal:
    return next(p for p in proposals(BASE) if p.name == name)


HOSTILE = ["[/x {} \u202eabc\u05d0 \x1b[31m\x07" + "🦊" * 20, "# a: [ null"]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def twelve_minutes(_lab: Path, _text: str, _options: object) -> TimeEstimate:
        return TimeEstimate(720, "nothing")

    monkeypatch.setenv("NETLAB_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(time_estimate, "DEBOUNCE_S", 0.001)
    monkeypatch.setattr("tui.ablate.screen.estimate_text_time", twelve_minutes)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def test_proposals_are_listed_by_question_and_a_variant_is_made_and_taken_out_with_space(
    tmp_path: Path,
) -> None:
    async def scenario(at: AblateSeat) -> None:
        shown = [str(option.prompt) for option in at.proposals.options.options]
        for proposal in proposals(BASE):
            assert any(proposal.name in line and proposal.because in line for line in shown)
            assert proposal.question in shown
        await at.go_to("groups-2")
        await at.press("space")
        assert at.only_variant == VariantDraft(
            "groups-2",
            (SetFields("basic", {"groups": 2}),),
            "two independent halves need half the weights",
        )
        assert at.ticked() == ["groups-2"]
        assert at.table.highlighted == "groups-2"
        await at.go_to("without-2")
        await at.press("enter")
        assert (at.names, at.ticked()) == (["groups-2", "without-2"],) * 2
        await at.press("space")
        assert (at.names, at.ticked()) == (["groups-2"],) * 2

    ablate(tmp_path / "lab.db", scenario)


def test_a_click_makes_a_variant_too(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await at.click(at.proposals.options, offset=(6, 1))
        await at.until(lambda: at.names == ["groups-2"])

    ablate(tmp_path / "lab.db", scenario)


def test_the_table_tells_figures_and_their_change_before_anything_runs(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        assert at.row("baseline")[:5] == ["baseline", "50", "", "1.3k", ""]
        assert at.row("baseline")[5].startswith("every variant starts")
        at.analyser.silent = True
        await at.go_to("deeper")
        await at.press("space")
        assert at.row("deeper")[1:5] == ["…", "", "…", ""]
        at.analyser.release_replies()
        await at.until(lambda: at.row("deeper")[1] != "…")
        assert at.row("deeper")[1:5] == ["58", "+16.0 %", "1.3k", "±0 %"]
        assert at.row("deeper")[5].startswith("row 2: repeat 2 → 3")
        at.table.rows.focus()
        await at.pilot.pause()
        for told in ("deeper", "nothing written down yet", "2: repeat 2 → 3", "58 params +16.0 %"):
            assert told in at.details

    ablate(tmp_path / "lab.db", scenario, size=(140, 36))


def test_figures_that_came_while_a_dialog_was_open_are_asked_for_again(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        at.analyser.silent = True
        await at.go_to("deeper")
        await at.press("space", "t")
        assert at.front() == "StudyDialog"
        at.analyser.release_replies()
        await at.press("escape")
        await at.until(lambda: at.row("deeper")[1] == "58")

    ablate(tmp_path / "lab.db", scenario)


def test_a_proposal_tells_its_cost_before_it_is_chosen_and_which_shapes_change(
    tmp_path: Path,
) -> None:
    async def scenario(at: AblateSeat) -> None:
        await at.go_to("without-3")
        await at.until(lambda: "costs" in at.details)
        assert "34 params −32.0 %" in at.details
        assert "makes it a variant" in at.details
        assert "shapes" not in at.details
        await at.go_to("double")
        await at.until(lambda: "row 3 gives 32×4×4 instead of 16×4×4" in at.details)

    ablate(tmp_path / "lab.db", scenario)


def test_a_variant_that_cannot_be_built_says_why_and_does_not_start(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        broken = VariantDraft("thirds", (SetFields("basic", {"groups": 3}),))
        misfit = VariantDraft("fires", (Remove("fire"),))
        nothing = VariantDraft("same", (SetFields(1, {"channels": 8}),))
        for variant, words in (
            (broken, "row 2 (basic): groups 3 does not divide"),
            (misfit, "does not fit the baseline: the network has no block 'fire'"),
            (nothing, "changes nothing"),
        ):
            at.app.study = StudyDraft(variants=(variant,))
            await at.until(lambda: at.table.rows.row_count == 2)
            await at.until(lambda: at.table.rows.get_row_at(1)[0].plain.startswith("! "))
            assert at.row(variant.name)[1] in ("–", "50")
            at.table.rows.focus()
            await at.press("G")
            assert words in at.details
            await at.press("s")
            await at.until_notified(f"'{variant.name}' cannot be trained: {words}")
            await at.until_notified("Del on its line takes it out, or u undoes the last change")
            assert at.front() == "AblateScreen"
            assert "no time" in at.summary[2]

    ablate(tmp_path / "lab.db", scenario)


def test_the_remedy_for_a_misfit_names_the_keys_that_a_person_has_set(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        at.app.settings = Settings(keys={"ablate.remove": "f7", "ablate.undo": "f8"})
        at.app.study = StudyDraft(variants=(VariantDraft("fires", (Remove("fire"),)),))
        await at.until(lambda: at.table.rows.row_count == 2)
        await at.press("s")
        await at.until_notified(
            "F7 on its line takes it out, or F8 undoes the last change of the study."
        )

    ablate(tmp_path / "lab.db", scenario)


def test_what_planning_will_repair_is_told_and_counted(tmp_path: Path) -> None:
    grouped = SetFields(3, {"groups": 8}).apply(BASE)
    narrow = VariantDraft("narrow", (SetFields("basic", {"channels": 12}),))
    broken = narrow.network(grouped)
    repaired = SetFields(3, {"groups": 6}).apply(broken)

    async def scenario(at: AblateSeat) -> None:
        at.analyser.prepared[broken] = repaired, ("repaired: row 3 (basic): groups 8 → 6",)
        at.app.study = StudyDraft(variants=(narrow,))
        await at.until(lambda: at.table.rows.row_count == 2)
        await at.until(lambda: at.row("narrow")[1] not in ("…", "–"))
        assert at.row("narrow")[5].startswith("repaired: row 3 (basic): groups")
        at.table.rows.focus()
        await at.press("G")
        assert "repaired row 3 (basic): groups 8 → 6" in at.details
        assert "fault" not in at.details

    ablate(tmp_path / "lab.db", scenario, size=(160, 36), network=grouped)


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


def test_proposals_are_searched(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        everything = at.proposals.options.option_count
        await at.press("slash", *"halves", "enter")
        await at.until(lambda: at.proposals.options.option_count == 2)
        assert at.proposals.options.has_focus
        await at.press("space")
        assert at.names == ["groups-2"]
        await at.press("slash", *"[/x")
        empty = at.proposals.query_one("#no-proposals")
        await at.until(lambda: "Nothing here has '[/x'" in str(empty.render()))
        await at.press("escape")
        await at.until(lambda: at.proposals.options.option_count == everything)
        assert at.ticked() == ["groups-2"]

    ablate(tmp_path / "lab.db", scenario)


def test_the_strip_counts_runs_and_tells_the_time(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await at.until(lambda: at.summary[2:3] == ["no runs yet"])
        await at.go_to("groups-2")
        await at.press("space")
        await at.until(lambda: "about 12 min" in at.summary[2])
        assert at.summary[2].startswith("2 networks × 3 seeds = 6 runs, about 12 min")
        await at.press("down", "space")
        await at.until(lambda: at.summary[2].startswith("3 networks × 3 seeds = 9 runs, about 12"))

    ablate(tmp_path / "lab.db", scenario)


def test_a_time_that_cannot_be_told_says_why_and_an_old_one_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ended: list[str] = []

    async def never(_lab: Path, recipe: str, _options: object) -> TimeEstimate:
        asked.append(recipe)
        if len(asked) == 2:
            raise TimeUnknownError("[/x no time")
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(recipe)
        raise AssertionError

    monkeypatch.setattr("tui.ablate.screen.estimate_text_time", never)

    async def scenario(at: AblateSeat) -> None:
        await at.go_to("groups-2")
        await at.press("space")
        await at.until(lambda: len(asked) == 1)
        assert at.summary[2].endswith(", …")
        await at.press("down", "space")
        await at.until(lambda: "time not known: [/x no time" in at.summary[2])
        assert ended == asked[:1]
        await at.press("e")
        await at.fill(expectation="words change no time")
        await at.press("enter")
        await at.press("down", "space")
        await at.until(lambda: len(asked) == 3)
        await at.press("3")
        await at.until(lambda: len(ended) == 2)

    ablate(tmp_path / "lab.db", scenario)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
def test_everything_is_on_the_screen_at_every_size(size: tuple[int, int], tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await at.go_to("groups-2")
        await at.press("space")
        await at.until(lambda: at.row("groups-2")[1] != "…")
        for widget in (at.proposals, at.table, at.screen.query_one("#study")):
            assert at.screen.region.contains_region(widget.region)
            assert widget.region.height >= 3
        assert at.table.rows.virtual_size.width <= at.table.rows.size.width
        for other in ((80, 24), (200, 60), size):
            await at.pilot.resize_terminal(*other)
            assert at.row("groups-2")[2] == "±0 %"

    ablate(tmp_path / "lab.db", scenario, size=size)


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_taken_as_it_is(text: str, tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await at.go_to("groups-2")
        await at.press("space", "e")
        await at.fill(name=text, because=text, expectation=text)
        await at.press("enter")
        assert (at.only_variant.because, at.only_variant.expect) == (
            text.strip(),
            text.strip(),
        )
        at.table.rows.focus()
        await at.press("G", "t")
        await at.fill(name=text, question=text, seeds=text)
        await at.press("enter")
        assert at.front() == "StudyDialog"
        await at.fill(seeds="7")
        await at.press("enter")
        assert (at.study.question, at.study.seeds) == (text.strip(), (7,))
        await at.press("ctrl+s")
        await at.fill(file="hostile")
        await at.press("enter")
        await at.until(lambda: at.study.recipe_file == "hostile.yaml")

    ablate(tmp_path / "lab.db", scenario)


def test_nothing_is_drawn_again_while_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(at: AblateSeat) -> None:
        at.app.edit(SetFields(1, {"channels": 16}))
        await at.go_to("groups-2")
        await at.press("space")
        await at.until(lambda: "about 12 min" in at.summary[2])
        drawn: list[object] = []
        monkeypatch.setattr(Widget, "refresh", lambda widget, *_, **__: drawn.append(widget))
        at.screen.refresh_view()
        assert drawn == []

    ablate(tmp_path / "lab.db", scenario)


def test_few_actions_are_in_the_footer() -> None:
    assert sum(action.show for action in ACTIONS) <= 6


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
