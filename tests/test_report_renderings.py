"""The same table as markdown, LaTeX, CSV and JSON, character by character."""

from __future__ import annotations

import csv
import io
import json
import locale
import re

import pytest
from report_cases import entries, measured, run, study, table_of

from netlab.report.render.csv import csv_text
from netlab.report.render.json import json_text
from netlab.report.render.latex import latex_text
from netlab.report.render.markdown import markdown_text
from netlab.report.table import Table

OUT_OF_MEMORY = "out of memory: a smaller batch_size would help"


@pytest.fixture
def table() -> Table:
    """Five variants: all done, clearly worse, one failed, none done, and one seed only."""
    runs = {
        "baseline": [measured(0, 87.0), measured(1, 86.5), measured(2, 87.3)],
        "groups-2": [measured(0, 85.0), measured(1, 84.75), measured(2, 85.25)],
        "dense": [
            measured(0, 87.25),
            measured(1, 86.0),
            run(2, "failed", reason="out-of-memory", message=OUT_OF_MEMORY),
        ],
        "no_shortcut": [
            run(0, "diverged", epoch=3),
            run(1, "diverged", epoch=3),
            run(2, "queued", epoch=0),
        ],
        "tiny": [measured(0, 9.5, train_time=88.0)],
    }
    return table_of(study(*runs, question="What does grouping cost?"), entries(**runs))


MARKDOWN = """\
**grouping**: What does grouping cost?

| variant     | params (k) | MACs (M) |      n | memory (MB) | train time (s) | test time (s) | accuracy (%) |  Δ accuracy (pp) [95 % CI] | not done                                        |
| :---------- | ---------: | -------: | -----: | ----------: | -------------: | ------------: | -----------: | -------------------------: | :---------------------------------------------- |
| baseline    |      195.7 |     26.8 |      3 |         617 |          666.0 |          0.34 | 86.93 ± 0.40 |                 baseline   |                                                 |
| groups-2    |       97.9 |     13.4 |      3 |         617 |          666.0 |          0.34 | 85.00 ± 0.25 |   **−1.93 [−2.33, −1.53]** |                                                 |
| dense       |       65.2 |      8.9 | 2 of 3 |         617 |          665.5 |          0.34 | 86.62 ± 0.88 |  −0.12 [−4.89, +4.64]      | seed 2: out of memory                           |
| no_shortcut |       48.9 |      6.7 | 0 of 3 |           – |              – |             – |            – |                        –   | seeds 0, 1: diverged in epoch 4; seed 2: queued |
| tiny        |       39.1 |      5.4 |      1 |         617 |           88.0 |          0.34 |  9.50        | −77.50 (n = 1: no claim)   |                                                 |

**Accuracy (%) by seed**

| variant     | seed 0 | seed 1 | seed 2 |
| :---------- | -----: | -----: | -----: |
| baseline    |  87.00 |  86.50 |  87.30 |
| groups-2    |  85.00 |  84.75 |  85.25 |
| dense       |  87.25 |  86.00 |      – |
| no_shortcut |      – |      – |      – |
| tiny        |   9.50 |      – |      – |

**Differences in accuracy (pp) from the baseline**

| variant  | pairs |   SD | Welch [95 % CI] |    d_z |      p |          p (Holm) | detectable | seeds needed |
| :------- | ----: | ---: | --------------: | -----: | -----: | ----------------: | ---------: | -----------: |
| groups-2 |     3 | 0.16 |  [−2.76, −1.11] | −12.03 | 0.0023 |        **0.0092** |       1.05 |       enough |
| dense    |     2 | 0.53 |  [−5.41, +4.79] |  −0.24 | 0.7952 |          1.0000   |      24.48 |          204 |
| tiny     |     1 |    – |               – |      – |      – | n = 1: no claim   |          – |            – |
"""

LATEX = r"""
% grouping: What does grouping cost?
% needs \usepackage{booktabs}
\begingroup\small\setlength{\tabcolsep}{4pt}
\begin{tabular}{lrrrrrrrrp{28mm}}
\toprule
variant & params & MACs & n & memory & train time & test time & accuracy & $\Delta$ accuracy & not done \\
 & (k) & (M) &  & (MB) & (s) & (s) & (\%) & (pp) [95 \% CI] &  \\
\midrule
baseline & 195.7 & 26.8 & 3 & 617 & 666.0 & 0.34 & 86.93 $\pm$ 0.40 & baseline &  \\
groups-2 & 97.9 & 13.4 & 3 & 617 & 666.0 & 0.34 & 85.00 $\pm$ 0.25 & \textbf{\boldmath $-$1.93 [$-$2.33, $-$1.53]} &  \\
dense & 65.2 & 8.9 & 2 of 3 & 617 & 665.5 & 0.34 & 86.62 $\pm$ 0.88 & $-$0.12 [$-$4.89, +4.64] & seed 2: out of memory \\
no\_shortcut & 48.9 & 6.7 & 0 of 3 & \textendash{} & \textendash{} & \textendash{} & \textendash{} & \textendash{} & seeds 0, 1: diverged in epoch 4; seed 2: queued \\
tiny & 39.1 & 5.4 & 1 & 617 & 88.0 & 0.34 & 9.50 & $-$77.50 (n = 1: no claim) &  \\
\bottomrule
\end{tabular}\par\endgroup
\begin{itemize}\footnotesize
\item \textbf{Caution:} dense, seed 2 failed: out of memory: a smaller batch\_size would help
""".lstrip()


def test_markdown(table: Table) -> None:
    text = markdown_text(table)
    lines = text.splitlines()
    grids = "\n".join(line for line in lines if not line.startswith("- "))
    assert re.sub("\n{3,}", "\n\n", grids).strip() == MARKDOWN.strip()
    notes = [line.removeprefix("- ").split(":")[0] for line in lines if line.startswith("- ")]
    assert notes[:2] == ["**Caution", "Data"]
    assert [start for start in notes[2:] if " " not in start] == [
        *("Δ", "Params", "Memory", "SD", "Detectable")
    ]
    for fact in (
        f"Condition {table.runs[0].condition}.",
        "45000 train, 5000 validation, 10000 test images",
        "standard@1: 12 epochs, batch 128, sgd at 0.2, one-cycle",
        "GTX 1070, 2 threads, float32, channels_last, python 3.12.3, torch 2.14.1",
        "Seeds 0–2; n:",
        "95 % t interval",
        "corrected for 4 variants; marked where below 0.05",
        "with 80 % chance",
    ):
        assert fact in text


def test_latex(table: Table) -> None:
    text = latex_text(table)
    assert text.startswith(LATEX)
    assert text.endswith("\\end{itemize}\n")
    assert r"\item Seeds 0\textendash{}2; n: finished runs;" in text


def test_csv_has_one_line_a_variant_and_every_seed(table: Table) -> None:
    head, *rows = csv_text(table).splitlines()
    assert head == (
        "variant,n,params,macs,"
        "memory,memory_sd,memory_seed_0,memory_seed_1,memory_seed_2,"
        "train_time,train_time_sd,train_time_seed_0,train_time_seed_1,train_time_seed_2,"
        "test_time,test_time_sd,test_time_seed_0,test_time_seed_1,test_time_seed_2,"
        "accuracy,accuracy_sd,accuracy_difference,accuracy_difference_low,"
        "accuracy_difference_high,accuracy_difference_sd,accuracy_difference_effect,"
        "accuracy_difference_p,accuracy_difference_p_holm,accuracy_detectable,"
        "accuracy_seeds_needed,accuracy_welch_low,accuracy_welch_high,accuracy_welch_p,"
        "accuracy_seed_0,accuracy_seed_1,accuracy_seed_2,not_done,data,protocol,condition"
    )
    assert rows[2].startswith(
        "dense,2,65246,8934954,617.25,0.0,617.25,617.25,,665.5,0.7071067811865476,665.0,666.0,,"
        "0.34,0.0,0.34,0.34,,86.625,0.8838834764831844,-0.125,-4.8898"
    )
    assert rows[2].endswith(
        f",87.25,86.0,,seed 2: out of memory,cifar10,standard@1,{table.runs[0].condition}"
    )
    assert rows[3].startswith("no_shortcut,0,48934,6701216,,,,,")


def test_csv_holds_full_precision(table: Table) -> None:
    baseline = next(csv.DictReader(io.StringIO(csv_text(table))))
    assert float(baseline["accuracy"]) == table.rows[0].cells[-1].value


def test_json_rows_go_by_the_names_that_claims_use(table: Table) -> None:
    exported = json.loads(json_text(table))
    assert (exported["study"], exported["question"]) == ("grouping", "What does grouping cost?")
    assert exported["protocol"]["name"] == "standard"
    assert exported["condition"] == table.runs[0].condition
    assert [row["variant"] for row in exported["rows"]][:2] == ["baseline", "groups-2"]
    row = exported["rows"][1]
    assert (row["n"], row["params"], row["macs"]) == (3, 97869, 13402432)
    assert (row["accuracy"], row["accuracy_sd"]) == (85.0, 0.25)
    assert row["accuracy_difference"] == pytest.approx(-1.9333333333)
    assert row["accuracy_difference_interval"] == pytest.approx([-2.3326026089, -1.5340640578])
    assert row["accuracy_difference_welch"] == pytest.approx([-2.7588986495, -1.1077680172])
    assert row["accuracy_difference_test"] == pytest.approx(
        {
            "sd": 0.1607275127,
            "t": -20.8342149,
            "p": 0.0022958742,
            "p_holm": 4 * 0.0022958742,
            "tests": 4,
            "clear": True,
            "effect": -12.0286397,
            "detectable": 1.049,
            "seeds_needed": 3,
            "welch_t": -7.0465,
            "welch_freedom": 3.333,
            "welch_p": 0.0041132278,
        },
        rel=1e-2,
    )
    assert [one["accuracy"] for one in row["runs"]] == [85.0, 84.75, 85.25]
    assert exported["measures"]["accuracy"]["better"] == "higher"


def test_json_tells_what_became_of_every_run(table: Table) -> None:
    rows = {row["variant"]: row for row in json.loads(json_text(table))["rows"]}
    failed = rows["dense"]["runs"][2]
    assert (failed["state"], failed["reason"]) == ("failed", "out-of-memory")
    assert failed["message"] == OUT_OF_MEMORY
    assert failed["accuracy"] is None
    assert [one["state"] for one in rows["no_shortcut"]["runs"]] == [
        "diverged",
        "diverged",
        "queued",
    ]
    assert rows["no_shortcut"]["accuracy"] is None
    assert rows["tiny"]["accuracy_difference_says"] == "n = 1: no claim"
    assert rows["tiny"]["accuracy_difference_interval"] is None


def test_numbers_do_not_depend_on_the_locale(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [render(table) for render in (markdown_text, latex_text, csv_text, json_text)]
    monkeypatch.setattr(locale, "localeconv", lambda: {"decimal_point": ",", "thousands_sep": "."})
    monkeypatch.setattr(locale, "format_string", lambda *_args, **_kwargs: "0,0")
    assert [render(table) for render in (markdown_text, latex_text, csv_text, json_text)] == before


def test_a_study_without_runs_can_be_written_in_every_form() -> None:
    empty = table_of(study("baseline", "groups"), [])
    assert "| groups   |       97.9 |     13.4 |   0 |" in markdown_text(empty)
    assert "groups & 97.9 & 13.4 & 0 &" in latex_text(empty)
    assert csv_text(empty).splitlines()[2].startswith("groups,0,97869,13402432,,")
    assert [row["n"] for row in json.loads(json_text(empty))["rows"]] == [0, 0]
