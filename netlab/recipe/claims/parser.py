"""From the text of a check to its meaning, by recursive descent."""

from __future__ import annotations

import math
from typing import TypeVar

from netlab.errors import CheckError, did_you_mean
from netlab.recipe.claims.lexer import Token, tokenize, variant_and_measure
from netlab.recipe.claims.syntax_tree import (
    ABOUT,
    FUNCTIONS,
    OPERATORS,
    SIGNS,
    ApproxEqual,
    BinaryOp,
    Call,
    Check,
    CheckExpression,
    Clause,
    Comparison,
    ComparisonSign,
    Constant,
    FunctionName,
    Margin,
    MeasureRef,
    Negate,
    evaluate,
    is_constant,
)

MAX_NESTING = 24
"""Brackets, functions and signs that may stand within each other."""
Parts = tuple[Clause, ...]
P = TypeVar("P", Comparison, ApproxEqual)


def parse_check(text: str) -> Check:
    """The meaning of `text`; its names are not looked at. Raises `CheckError`."""
    return Check(_Parser(tokenize(text)).check())


class _Parser:
    """Reads tokens from left to right; each method reads what it is called after."""

    def __init__(self, found: tuple[Token, ...]) -> None:
        self._tokens = found
        self._next = 0
        self._depth = 0

    def check(self) -> Parts:
        parts = self._require_clauses(self._conjunction())
        if self._here.kind != "end":
            raise self._unexpected("an operator, a comparison or 'and'")
        return parts

    def _conjunction(self) -> CheckExpression | Parts:
        first = self._comparison()
        if not self._at("and"):
            return first
        parts = self._require_clauses(first)
        while self._skip("and"):
            parts += self._require_clauses(self._comparison())
        return parts

    def _comparison(self) -> CheckExpression | Parts:
        first = self._sum()
        if self._here.text not in SIGNS:
            return first
        left = self._require_number(first)
        parts: list[Clause] = []
        signs: list[ComparisonSign] = []
        while self._here.text in SIGNS:
            sign = SIGNS[self._take().text]
            signs.append(sign)
            right = self._require_number(self._sum())
            parts.append(_reject_trivial(Comparison(left, sign, right)))
            left = right
        if len({sign[0] for sign in signs}) > 1 or (len(signs) > 1 and "!=" in signs):
            raise CheckError(f"a chain goes one way, not {' '.join(signs)}: join two with 'and'")
        return tuple(parts)

    def _sum(self) -> CheckExpression | Parts:
        left = self._product()
        while self._at("+", "-"):
            first, sign = self._require_number(left), OPERATORS[self._take().text]
            left = _fold_constant(BinaryOp(first, sign, self._require_number(self._product())))
        return left

    def _product(self) -> CheckExpression | Parts:
        left = self._factor()
        while self._at("*", "/"):
            first, sign = self._require_number(left), OPERATORS[self._take().text]
            left = _fold_constant(BinaryOp(first, sign, self._require_number(self._factor())))
        return left

    def _factor(self) -> CheckExpression | Parts:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise CheckError(f"is nested more than {MAX_NESTING} deep", self._rest())
        found = self._negative() if self._skip("-") else self._primary()
        self._depth -= 1
        return found

    def _negative(self) -> CheckExpression:
        return Negate(self._require_number(self._factor()))

    def _primary(self) -> CheckExpression | Parts:
        token = self._here
        if token.kind == "value":
            self._take()
            return MeasureRef(*variant_and_measure(token))
        if token.kind == "number":
            return Constant(self._constant())
        if token.text == "(":
            self._take()
            inner = self._conjunction()
            self._close()
            return inner
        if token.kind == "word":
            return self._function_call()
        if token.kind == "percent":
            raise CheckError(
                "a percentage is only the margin of about(); elsewhere multiply, as in "
                "0.03 * baseline.params",
                self._rest(),
            )
        raise self._unexpected("a variant's measure, a number or a bracket")

    def _function_call(self) -> CheckExpression | Parts:
        """A function with its arguments, or the error for a word that is none."""
        word = self._here.text
        if self._tokens[self._next + 1].text != "(" or word in {"and", "or", "not"}:
            raise self._no_measure(word)
        if word not in FUNCTIONS and word != ABOUT:
            known = [*FUNCTIONS, ABOUT]
            raise CheckError(
                f"no function is called '{word}': {did_you_mean(word, known)}", self._rest()
            )
        self._take()
        self._take()
        return (self._about(),) if word == ABOUT else self._call(FUNCTIONS[word])

    def _no_measure(self, word: str) -> CheckError:
        if word in {"and", "or", "not", *FUNCTIONS, ABOUT}:
            return self._unexpected("a variant's measure, a number or a bracket")
        return CheckError(f"say which measure of '{word}', as in {word}.accuracy", self._rest())

    def _call(self, function: FunctionName) -> Call:
        arguments = [self._require_number(self._sum())]
        while self._skip(","):
            arguments.append(self._require_number(self._sum()))
        self._close()
        if function == "abs" and len(arguments) != 1:
            raise CheckError(f"abs takes one value, not {len(arguments)}")
        if function != "abs" and len(arguments) < 2:
            raise CheckError(f"{function} takes two values or more")
        return Call(function, tuple(arguments))

    def _about(self) -> ApproxEqual:
        left = self._require_number(self._sum())
        self._comma()
        right = self._require_number(self._sum())
        self._comma()
        margin = self._margin()
        self._close()
        return _reject_trivial(ApproxEqual(left, right, margin))

    def _margin(self) -> Margin:
        relative = self._here.kind == "percent"
        if self._here.kind not in {"number", "percent"}:
            raise self._unexpected("the margin, a number or a percentage above zero")
        amount = self._constant()
        if not amount > 0:
            raise CheckError("a margin must be above zero")
        return Margin(amount, relative)

    def _constant(self) -> float:
        text = self._take().text
        value = float(text.rstrip("% "))
        if not math.isfinite(value):
            raise CheckError("is too large a number", text)
        return value

    def _require_number(self, found: CheckExpression | Parts) -> CheckExpression:
        if isinstance(found, tuple):
            raise CheckError("is true or false, and cannot be calculated with", str(Check(found)))
        return found

    def _require_clauses(self, found: CheckExpression | Parts) -> Parts:
        if not isinstance(found, tuple):
            raise CheckError("states nothing: compare it, as in … < baseline.params", str(found))
        return found

    @property
    def _here(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._here
        self._next += token.kind != "end"
        return token

    def _at(self, *texts: str) -> bool:
        return self._here.kind in {"sign", "word"} and self._here.text in texts

    def _skip(self, text: str) -> bool:
        found = self._at(text)
        if found:
            self._take()
        return found

    def _comma(self) -> None:
        if not self._skip(","):
            raise self._unexpected("a comma: about(a, b, margin)")

    def _close(self) -> None:
        if not self._skip(")"):
            raise self._unexpected("a closing bracket")

    def _unexpected(self, wanted: str) -> CheckError:
        if self._here.text in {"or", "not"}:
            return CheckError(
                f"a check has no '{self._here.text}': write one claim for each", self._rest()
            )
        if self._here.kind == "end":
            return CheckError(f"ends where there should be {wanted}")
        return CheckError(f"there should be {wanted}", self._rest())

    def _rest(self) -> str:
        """What is still to be read, as the place of an error."""
        return " ".join(token.text for token in self._tokens[self._next :]).strip()


def _reject_trivial(part: P) -> P:
    """The comparison, if there is anything to find out about it."""
    if is_constant(part):
        raise CheckError("names no measure of a variant", str(part))
    if part.left == part.right:
        raise CheckError("compares a value with itself", str(part))
    return part


def _fold_constant(what: BinaryOp) -> BinaryOp:
    """The operation, unless its constants alone show that it has no value."""
    if is_constant(what):
        evaluate(what, _nothing)
    elif what.sign == "/" and is_constant(what.right) and not evaluate(what.right, _nothing):
        raise CheckError("divides by zero", str(what))
    return what


def _nothing(value: MeasureRef) -> float:
    raise ValueError(f"{value} stands in no constant")
