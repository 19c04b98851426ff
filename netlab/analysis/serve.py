"""A warm process that answers questions about networks: JSON lines in, JSON lines out.

`python -m netlab.analysis.serve` imports torch once and then answers in milliseconds. A question is
one line `{"id": 1, "ask": "costs", "network": {…}}`; its answer is one line with the same id and
`answer`, or `error`. Of several questions that wait with the same `ask` and `about`, only the
newest is answered: the others come back as `{"id": …, "superseded": true}`.
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
from netlab.recipe.network import Network
from netlab.recipe.repairs import requested_from_json
from netlab.recipe.study import Match

Question = dict[str, Any]


def answer_costs(question: Question) -> dict[str, Any]:
    """Rows and totals of `network`; where a row cannot be built, the rows before it and why."""
    network = Network.model_validate(question["network"])
    fault: dict[str, Any] | None = None
    try:
        analysis = analyse(network)
        rows = analysis.rows
    except BlockError as error:
        fault = error_to_dict(error)
        rows = _rows_before(network, error.row or 1)
        analysis = Analysis(network, rows)
    if fault is None:
        try:
            check_trainable(analysis)
        except BlockError as error:
            fault = {**error_to_dict(error), "trainable_only": True}
    return {
        "rows": [row_to_dict(row) for row in rows],
        "total": totals_to_dict(analysis),
        "fault": fault,
    }


def answer_prepare(question: Question) -> dict[str, Any]:
    """A variant as it will be trained, with its rows and totals as in `costs`.

    `network` is the variant's; `requests`, if given, what it sets on purpose, of every row each
    field with [rows set at once, value before]: other faults are repaired where there is one
    sensible way. With `match`, such as {"macs": "3%"}, its width is then scaled until it costs what
    `baseline` does. `edits` and `words` say what was done; `fault` says why it cannot be.
    """
    network = Network.model_validate(question["network"])
    match = Match.model_validate(question["match"]) if question.get("match") else None
    base = analyse(Network.model_validate(question["baseline"])).cost if match else None
    try:
        found = prepare_variant(
            network, requested_from_json(question.get("requests", ())), match, base
        )
    except BlockError:
        return {**answer_costs(question), "network": network.to_dict(), "edits": [], "words": []}
    except NetlabError as error:
        fault = error_to_dict(BlockError(str(error)))
        return {
            **answer_costs(question), "network": network.to_dict(), "edits": [], "words": [], "fault": fault,
        }  # fmt: skip
    told = {"input": list(found.network.input), **found.network.to_dict()}
    edits = [{"where": edit.where, "fields": dict(edit.fields)} for edit in found.edits]
    return {
        **answer_costs({"network": told}),
        "network": told,
        "edits": edits,
        "words": [*found.descriptions],
    }


def answer_tree(question: Question) -> dict[str, Any]:
    """The torchinfo tree of `network` down to `depth`."""
    network = Network.model_validate(question["network"])
    return {"text": layer_tree(network, int(question.get("depth", 3)))}


def answer_code(question: Question) -> dict[str, Any]:
    """`network` as a PyTorch file of its own, which calls itself `name`."""
    network = Network.model_validate(question["network"])
    return {"text": write_code(analyse(network), str(question.get("name", "network")))}


def answer_hello(_question: Question) -> dict[str, Any]:
    """Says that the process is warm."""
    return {"ready": True}


HANDLERS: dict[str, Callable[[Question], dict[str, Any]]] = {
    "hello": answer_hello,
    "costs": answer_costs,
    "settle": answer_prepare,
    "tree": answer_tree,
    "code": answer_code,
}


def row_to_dict(row: RowAnalysis) -> dict[str, Any]:
    """One row's shapes and figures."""
    return {
        "row": row.number,
        "arrives": list(row.in_shape),
        "leaves": list(row.out_shape),
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
    """What is wrong with which field of which row, and values that would work."""
    return {
        "message": error.message,
        "row": error.row,
        "kind": error.kind,
        "field": error.field,
        "works": list(error.valid_values),
    }


def answer(question: Question) -> dict[str, Any]:
    """The answer to one question, or the error in words."""
    try:
        return {"id": question.get("id"), "answer": HANDLERS[question["ask"]](question)}
    except KeyError as error:
        return {"id": question.get("id"), "error": f"the question lacks or misnames {error}"}
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
    """One reply per line, in order; of equal questions only the last is worked on."""
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
