"""A warm process that answers questions about networks: JSON lines in, JSON lines out.

`python -m netlab.analysis.serve` imports torch once and then answers in milliseconds. A question is
one line `{"id": 1, "ask": "costs", "network": {…}}`. Its answer is one line with the same id and
`answer`, or `error`. If several questions with the same `ask` and `about` wait, only the newest is
answered; the others come back as `{"id": …, "superseded": true}`.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from pydantic import ValidationError

from netlab.analysis.codegen.network_file import write_code
from netlab.analysis.layer_tree import layer_tree
from netlab.analysis.network_analysis import Analysis, RowAnalysis, analyse, check_trainable
from netlab.analysis.prepare_variant import prepare_variant
from netlab.errors import BlockError, NetlabError
from netlab.recipe.edit_trace import requested_from_json
from netlab.recipe.network import Network
from netlab.recipe.study import Match

Question = dict[str, Any]


def answer_costs(question: Question) -> dict[str, Any]:
    """Rows and totals of `network`, only up to a row that cannot be built, and `fault` if any."""
    network = Network.model_validate(question["network"])
    fault: dict[str, Any] | None = None
    try:
        analysis = analyse(network)
    except BlockError as error:
        fault = error_to_dict(error)
        analysis = Analysis(network, _rows_before(network, error.row or 1))
    if fault is None:
        try:
            check_trainable(analysis)
        except BlockError as error:
            fault = {**error_to_dict(error), "trainable_only": True}
    return {
        "rows": [row_to_dict(row) for row in analysis.rows],
        "total": totals_to_dict(analysis),
        "fault": fault,
    }


def answer_prepare(question: Question) -> dict[str, Any]:
    """A variant as it will be trained, with its rows and totals as in `answer_costs`.

    `network` is the variant's. `requests` (optional) lists, for every row, the fields that the
    variant sets on purpose, each with [number of rows set by that change, value before]. Rows are
    repaired as in `auto_repair`. With `match`, such as {"macs": "3%"}, the width is then scaled
    until the variant costs as much as `baseline`. In the answer `edits` and `descriptions` list the
    repairs and the scaling; `fault` says why the variant cannot be trained.
    """
    network = Network.model_validate(question["network"])
    match = Match.model_validate(question["match"]) if question.get("match") else None
    target = analyse(Network.model_validate(question["baseline"])).cost if match else None
    requests = requested_from_json(question.get("requests", ()))
    edits: list[dict[str, Any]] = []
    descriptions: tuple[str, ...] = ()
    fault: dict[str, Any] = {}
    try:
        prepared = prepare_variant(network, requests, match, target)
    except BlockError:
        pass  # `answer_costs` meets the same fault
    except NetlabError as error:
        fault = {"fault": error_to_dict(BlockError(str(error)))}
    else:
        network, descriptions = prepared.network, prepared.descriptions
        edits = [{"where": edit.where, "fields": dict(edit.fields)} for edit in prepared.edits]
    as_json = {"input": list(network.input), **network.to_dict()}
    costs = answer_costs({"network": as_json})
    return {**costs, **fault, "network": as_json, "edits": edits, "descriptions": [*descriptions]}


def answer_tree(question: Question) -> dict[str, Any]:
    """The torchinfo tree of `network` down to `depth`."""
    network = Network.model_validate(question["network"])
    return {"text": layer_tree(network, int(question.get("depth", 3)))}


def answer_code(question: Question) -> dict[str, Any]:
    """`network` as a standalone PyTorch file with `name` in its header."""
    network = Network.model_validate(question["network"])
    return {"text": write_code(analyse(network), str(question.get("name", "network")))}


def answer_hello(_question: Question) -> dict[str, Any]:
    """Report that torch is imported."""
    return {"ready": True}


HANDLERS: dict[str, Callable[[Question], dict[str, Any]]] = {
    "hello": answer_hello,
    "costs": answer_costs,
    "prepare": answer_prepare,
    "tree": answer_tree,
    "code": answer_code,
}


def row_to_dict(row: RowAnalysis) -> dict[str, Any]:
    """Shapes and figures of one row."""
    return {
        "row": row.number,
        "in_shape": list(row.in_shape),
        "out_shape": list(row.out_shape),
        "params": row.cost.params,
        "macs": row.cost.macs,
        "activations": row.cost.activations,
    }


def totals_to_dict(analysis: Analysis) -> dict[str, Any]:
    """The figures of all rows together."""
    cost = analysis.cost
    return {
        "params": cost.params,
        "macs": cost.macs,
        "macs_with_bias": cost.macs + cost.bias,
        "activations": cost.activations,
        "forward_backward_mb": cost.forward_backward_mb,
    }


def error_to_dict(error: BlockError) -> dict[str, Any]:
    """The message of `error`, its row, kind and field, and the valid values of the field."""
    return {
        "message": error.message,
        "row": error.row,
        "kind": error.kind,
        "field": error.field,
        "valid_values": list(error.valid_values),
    }


def answer(question: Question) -> dict[str, Any]:
    """The reply to one question: its answer, or an error message."""
    try:
        return {"id": question.get("id"), "answer": HANDLERS[question["ask"]](question)}
    except KeyError as error:
        return {"id": question.get("id"), "error": f"missing or unknown in the question: {error}"}
    except (NetlabError, ValidationError, ValueError) as error:
        return {"id": question.get("id"), "error": str(error)}


def serve(questions: TextIO, answers: TextIO) -> None:
    """Answer until `questions` ends."""
    waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def read() -> None:
        for line in questions:
            waiting.put(line)
        waiting.put(None)

    threading.Thread(target=read, daemon=True).start()
    while (line := waiting.get()) is not None:
        lines, ended = [line], False
        while not waiting.empty():
            more = waiting.get()
            if more is None:
                ended = True
                break
            lines.append(more)
        for reply in replies(lines):
            answers.write(json.dumps(reply) + "\n")
            answers.flush()
        if ended:
            return


def replies(lines: list[str]) -> Iterator[dict[str, Any]]:
    """One reply per line, in order; of questions with the same `ask` and `about`, only the last is answered."""
    questions: list[Question] = []
    for line in lines:
        try:
            question = json.loads(line)
        except ValueError:
            question = None
        if isinstance(question, dict):
            questions.append(question)
        else:
            yield {"id": None, "error": "a question is one JSON object on one line"}
    newest = {(q.get("ask"), q.get("about")): index for index, q in enumerate(questions)}
    for index, question in enumerate(questions):
        if newest[question.get("ask"), question.get("about")] == index:
            yield answer(question)
        else:
            yield {"id": question.get("id"), "superseded": True}


def _rows_before(network: Network, row: int) -> tuple[RowAnalysis, ...]:
    if row <= 1:
        return ()
    return analyse(network.with_blocks(network.blocks[: row - 1])).rows


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
