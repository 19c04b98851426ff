"""Ablate: proposals and recorded changes become variants, and their costs are seen beforehand."""

from __future__ import annotations

from pathlib import Path

import pytest
from ablate_app import BASE, AblateSeat, ablate
from textual.widget import Widget

from netlab.recipe.edits import Remove, SetFields
from netlab.recipe.proposals import proposals
from netlab.recipe.study_draft import StudyDraft, VariantDraft
from tui.ablate.actions import ACTIONS
from tui.background import time_estimate
from tui.background.time_estimate import TimeEstimate, TimeQuery, TimeUnknownError
from tui.config.settings import Settings

HOSTILE = ["[/x {} \u202eabc\u05d0 \x1b[31m\x07" + "🦊" * 20, "# a: [ null"]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def twelve_minutes(_query: TimeQuery, _text: str, _options: object) -> TimeEstimate:
        return TimeEstimate(720, "nothing")

    monkeypatch.setenv("NETLAB_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(time_estimate, "DEBOUNCE_S", 0.001)
    monkeypatch.setattr(TimeQuery, "estimate_text", twelve_minutes)
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

    def never(query: TimeQuery, recipe: str, _options: object) -> TimeEstimate:
        asked.append(recipe)
        if len(asked) == 2:
            raise TimeUnknownError("[/x no time")
        query.cancelled.wait(60)
        ended.append(recipe)
        raise TimeUnknownError("cancelled")

    monkeypatch.setattr(TimeQuery, "estimate_text", never)

    async def scenario(at: AblateSeat) -> None:
        await at.go_to("groups-2")
        await at.press("space")
        await at.until(lambda: len(asked) == 1)
        assert at.summary[2].endswith(", …")
        await at.press("down", "space")
        await at.until(lambda: "time not known: [/x no time" in at.summary[2])
        await at.until(lambda: ended == asked[:1])
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
