"""Ablate: the study's settings, its file, its start, and the time it takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ablate_app import BASE, AblateSeat, ablate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.widgets import Input, Select

from netlab.datasets.data_spec import Data
from netlab.recipe.loader import load_recipe
from netlab.recipe.proposals import proposals
from netlab.recipe.protocol_files import load_protocol
from netlab.recipe.study_draft import StudyDraft, VariantDraft
from netlab.recipe.yaml.document import FORBIDDEN_CHARS
from tui.ablate.study_dialogs import recipe_path
from tui.background import time_estimate
from tui.compose.open_items import session_from_recipe
from tui.model.study_file import (
    recipe_text,
    save_study_file,
    saved_state,
    suggest_file,
)


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NETLAB_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("NETLAB_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def _no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_estimate, "DEBOUNCE_S", 3600.0)


async def one_variant(at: AblateSeat) -> None:
    await at.go_to("groups-2")
    await at.press("space")
    await at.until(lambda: at.row("groups-2")[1] != "…")


@pytest.mark.usefixtures("_no_time")
def test_the_settings_are_set(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await one_variant(at)
        await at.press("t")
        assert at.app.screen.query_one("#folder", Input).disabled
        told = at.app.screen.query_one("#fault")
        await at.fill(name="mine", question="Why?", seeds="5-3, 1", epochs="0", device="GPU 1")
        await at.press("enter")
        assert "'5-3': a range goes up" in str(told.render())
        await at.fill(seeds="4-6")
        assert str(told.render()) == "2 networks × 3 seeds = 6 runs"
        await at.press("enter")
        assert "'0' epochs" in str(told.render())
        await at.fill(epochs="3")
        await at.press("enter")
        assert "'GPU 1' is no device" in str(told.render())
        await at.fill(device="cuda:1")
        at.app.screen.query_one("#protocol", Select).value = "smoke"
        at.app.screen.query_one("#data", Select).value = "cifar10"
        await at.press("enter")
        assert at.study == StudyDraft(
            "mine",
            "Why?",
            at.study.variants,
            seeds=(4, 5, 6),
            protocol="smoke",
            data="cifar10",
            epochs=3,
            device="cuda:1",
        )
        assert at.summary[:3] == ["mine  not saved", "Why?", "2 networks × 3 seeds = 6 runs, …"]
        missing = "! cifar10 is not here: netlab data cifar10 --download"
        await at.until(lambda: at.summary[3].startswith(missing))
        await at.pilot.resize_terminal(200, 60)
        await at.until(lambda: at.summary[3].endswith("--download  smoke, 3 epochs  cuda:1"))
        await at.press("t")
        at.app.screen.query_one("#data", Select).value = "folder"
        await at.until(lambda: not at.app.screen.query_one("#folder", Input).disabled)
        await at.fill(folder="nowhere")
        await at.press("enter")
        assert at.front() == "StudyDialog"
        await at.fill(folder=str(tmp_path))
        await at.press("enter")
        assert at.study.data == f"folder:{tmp_path}"
        await at.press("u")
        assert at.study.data == "cifar10"

    ablate(tmp_path / "lab.db", scenario)


@pytest.mark.usefixtures("_no_time")
def test_a_click_on_the_study_opens_its_settings_and_a_button_closes_them(tmp_path: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await at.click("#study")
        await at.until(lambda: at.front() == "StudyDialog")
        await at.fill(question="Clicked?")
        await at.click("#accept")
        await at.until(lambda: at.study.question == "Clicked?")
        await at.click("#study")
        await at.until(lambda: at.front() == "StudyDialog")
        await at.fill(question="")
        await at.click("#cancel")
        await at.until(lambda: at.front() == "AblateScreen")
        assert at.study.question == "Clicked?"

    ablate(tmp_path / "lab.db", scenario)


@pytest.mark.usefixtures("_no_time")
def test_a_study_is_saved_and_nothing_is_overwritten_unasked(work: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await at.press("ctrl+s")
        await at.until_notified("no variants yet")
        await one_variant(at)
        (work / "taken.yaml").write_text("# mine", encoding="utf-8")
        await at.press("ctrl+s")
        for name, words in {"": "type the name", "no/x": "no folder no", "taken": "again"}.items():
            await at.fill(file=name)
            await at.press("enter")
            assert at.front() == "FileDialog"
            assert words in str(at.app.screen.query_one("#fault").render())
        assert (work / "taken.yaml").read_text(encoding="utf-8") == "# mine"
        await at.press("enter")
        await at.until(lambda: at.study.recipe_file == "taken.yaml")
        assert at.study.name == "taken"
        await at.until_notified("Saved in taken.yaml")
        assert "saved in taken.yaml" in at.summary[0]
        assert [v.name for v in load_recipe("taken.yaml").variants] == ["baseline", "groups-2"]
        await at.press("down", "space")
        assert "not saved in taken.yaml" in at.summary[0]
        await at.press("space")
        await at.until(lambda: "not saved" not in at.summary[0])

    ablate(work / "lab.db", scenario)


@pytest.mark.usefixtures("_no_time")
def test_what_cannot_be_saved_is_told(work: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await one_variant(at)
        at.app.study = StudyDraft(variants=at.study.variants, protocol="gone")
        await at.press("ctrl+s", "enter")
        await at.until_notified("Not saved: ")
        await at.until_notified("no protocol is called 'gone'")
        assert list(work.glob("*.yaml")) == []

    ablate(work / "lab.db", scenario)


@pytest.mark.usefixtures("_no_time")
def test_starting_saves_first_and_hands_the_recipe_over(work: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await at.press("s")
        await at.until_notified("no variants yet")
        await one_variant(at)
        await at.press("s")
        await at.until(lambda: at.front() == "FileDialog")
        await at.press("enter")
        await at.until(lambda: at.app.started == [("study.yaml", "auto")])
        await at.until(lambda: at.app.current_mode == "train")
        await at.press("2")
        await at.until(lambda: at.front() == "AblateScreen")
        await at.press("s")
        await at.until(lambda: len(at.app.started) == 2)
        at.app.study = replace(at.study, device="cpu")
        await at.press("2", "s")
        await at.until(lambda: len(at.app.started) == 3)
        assert at.app.started == [("study.yaml", "auto")] * 2 + [("study.yaml", "cpu")]
        assert list(work.glob("*.yaml")) == [Path(work / "study.yaml")]

    ablate(work / "lab.db", scenario)


@pytest.mark.usefixtures("_no_time")
@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("cifar10", "cifar10 is not here: netlab data cifar10 --download"),
        ("folder:/nowhere", "/nowhere does not exist"),
        ("cifar11", "no data set is called 'cifar11'"),
    ],
)
def test_without_its_data_no_study_starts(data: str, words: str, work: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await one_variant(at)
        at.app.study = StudyDraft(variants=at.study.variants, data=data)
        await at.press("s")
        await at.until_notified(words)
        assert at.app.started == []

    ablate(work / "lab.db", scenario)


@pytest.mark.usefixtures("_no_time")
def test_data_of_other_classes_are_told(work: Path) -> None:
    async def scenario(at: AblateSeat) -> None:
        await one_variant(at)
        await at.press("s")
        await at.until_notified("fashion-mini has 10 classes, the network 3")

    ablate(work / "lab.db", scenario, network=BASE.model_copy(update={"classes": 3}))


WORDS = st.text(max_size=30).map(lambda text: FORBIDDEN_CHARS.sub("", text).strip())
VARIANTS = st.lists(
    st.builds(
        lambda proposal, because, expectation: VariantDraft(
            proposal.name, proposal.edits, because, expectation
        ),
        st.sampled_from(proposals(BASE)),
        WORDS,
        WORDS,
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda variant: variant.name,
).map(tuple)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    study=st.builds(
        StudyDraft,
        name=st.text(max_size=80).map(lambda text: FORBIDDEN_CHARS.sub("", text)).filter(bool),
        question=WORDS,
        variants=VARIANTS,
        seeds=st.lists(st.integers(0, 99), min_size=1, unique=True).map(tuple),
        protocol=st.sampled_from(["standard", "smoke"]),
        data=st.sampled_from(["fashion-mini", "cifar10", "folder:/pictures"]),
    )
)
def test_a_saved_study_loads_into_the_same_study(
    study: StudyDraft, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("saved") / "it.yaml"
    recipe = save_study_file(file, study, BASE)
    assert recipe.network == BASE
    assert recipe.protocol == load_protocol(study.protocol)
    assert recipe.data == Data.model_validate(study.data)
    kept = session_from_recipe(load_recipe(file))
    assert kept.document.baseline == BASE
    loaded = kept.study
    assert (loaded.question, loaded.seeds) == (study.question, study.seeds)
    assert (loaded.protocol, loaded.data) == (study.protocol, study.data)
    for one, other in zip(loaded.variants, study.variants, strict=True):
        assert (one.name, one.because, one.expect) == (
            other.name,
            other.because,
            other.expect,
        )
        assert one.network(BASE) == other.network(BASE)
    assert saved_state(loaded, BASE).saved


def test_an_opened_recipe_keeps_what_the_draft_only_names(work: Path) -> None:
    written = """\
# Ours.
extends: resnet14-ablation
data: {name: folder, path: pictures, test: 0.4}
protocol: {extends: smoke, epochs: 1}
study: {variants: {wide: {set: {conv: {channels: 32}}}}}
"""
    (work / "ours.yaml").write_text(written, encoding="utf-8")
    kept = session_from_recipe(load_recipe("ours.yaml"))
    found = saved_state(kept.study, kept.document.baseline)
    assert (found.saved, found.protocol) == (True, "smoke, 1 epoch")
    assert "pictures does not exist" in (found.data_problem or "")
    more = kept.study.with_variant(VariantDraft("more", kept.study.variants[0].edits))
    assert not saved_state(more, kept.document.baseline).saved
    recipe = save_study_file(work / "ours.yaml", more, kept.document.baseline)
    assert recipe.protocol.label == "smoke@1 with epochs 1"
    assert recipe.data.test == 0.4
    assert recipe.claims
    longer = save_study_file(work / "longer.yaml", replace(more, epochs=5), kept.document.baseline)
    assert longer.protocol.label == "smoke@1 with epochs 5"
    assert "epochs: 1" in recipe_text(more, kept.document.baseline)


def test_a_file_is_suggested_that_is_not_there_yet(work: Path) -> None:
    assert suggest_file(StudyDraft()) == Path("study.yaml")
    assert suggest_file(StudyDraft("a/b: [c]")) == Path("a-b-c.yaml")
    (work / "study.yaml").touch()
    assert suggest_file(StudyDraft()) == Path("study-2.yaml")
    assert suggest_file(StudyDraft(recipe_file="mine.yaml")) == Path("mine.yaml")
    assert suggest_file(StudyDraft("demo", recipe_file=load_recipe("demo").file)) == Path(
        "demo.yaml"
    )
    assert recipe_path("a.b") == Path("a.b.yaml")
    assert recipe_path("~/x.yml") == Path.home() / "x.yml"
