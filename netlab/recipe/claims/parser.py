"""From the text of a check to its syntax tree, by recursive descent.

check       clause ("and" clause)*
clause      comparison | "about(" sum "," sum "," margin ")" | "(" check ")"
comparison  sum (sign sum)+
sum         product (("+" | "-") product)*
product     factor (("*" | "/") factor)*
factor      "-" factor | number | measure | function "(" sum ("," sum)* ")" | "(" sum ")"
"""

from __future__ import annotations

import math
from collections.abc import Callable
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
"""How deep brackets, functions and signs may be nested."""

C = TypeVar("C", Comparison, ApproxEqual)


def parse_check(text: str) -> Check:
    """The meaning of `text`; its names are not looked up. Raises `CheckError`."""
    parser = _Parser(tokenize(text))
    check = parser.check()
    parser.end()
    return check


class _Parser:
    """Reads tokens from left to right; each method reads the part that it is named after."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    def check(self) -> Check:
        clauses = self._clauses()
        while self._skip("and"):
            clauses += self._clauses()
        return Check(clauses)

    def end(self) -> None:
        if self._here.kind != "end":
            raise self._unexpected("an operator, a comparison or 'and'")

    def _clauses(self) -> tuple[Clause, ...]:
        """One clause, or several for a chain of comparisons or a check in brackets."""
        if not self._starts_statement():
            return self._comparison()
        stated = self._statement()
        if self._here.text in {*SIGNS, *OPERATORS}:
            raise _not_a_number(stated)
        return stated.clauses

    def _starts_statement(self) -> bool:
        """Whether `about(` or a bracket around a check comes next: not a number, but true or false."""
        if self._at(ABOUT):
            return self._after == "("
        if not self._at("("):
            return False
        depth = 0
        for token in self._tokens[self._next :]:
            depth += (token.text == "(") - (token.text == ")")
            if token.text in {*SIGNS, ABOUT, "and"}:
                return True
            if depth == 0:
                return False
        return False

    def _statement(self) -> Check:
        if self._skip(ABOUT):
            self._take()
            return Check((self._about(),))
        self._open()
        self._take()
        check = self.check()
        self._expect(")", "a closing bracket")
        self._depth -= 1
        return check

    def _comparison(self) -> tuple[Clause, ...]:
        left = self._sum()
        if self._here.text not in SIGNS:
            raise CheckError("states nothing: compare it, as in … < baseline.params", str(left))
        clauses: list[Clause] = []
        signs: list[ComparisonSign] = []
        while self._here.text in SIGNS:
            signs.append(SIGNS[self._take().text])
            right = self._sum()
            clauses.append(_reject_trivial(Comparison(left, signs[-1], right)))
            left = right
        if len({sign[0] for sign in signs}) > 1 or (len(signs) > 1 and "!=" in signs):
            raise CheckError(f"a chain goes one way, not {' '.join(signs)}: join two with 'and'")
        return tuple(clauses)

    def _sum(self) -> CheckExpression:
        return self._operations("+-", self._product)

    def _product(self) -> CheckExpression:
        return self._operations("*/", self._factor)

    def _operations(self, signs: str, operand: Callable[[], CheckExpression]) -> CheckExpression:
        left = operand()
        while self._at(*signs):
            sign = OPERATORS[self._take().text]
            left = _reject_valueless(BinaryOp(left, sign, operand()))
        return left

    def _factor(self) -> CheckExpression:
        self._open()
        found = Negate(self._factor()) if self._skip("-") else self._operand()
        self._depth -= 1
        return found

    def _operand(self) -> CheckExpression:
        token = self._here
        if token.kind == "value":
            self._take()
            return MeasureRef(*variant_and_measure(token))
        if token.kind == "number":
            return Constant(self._constant())
        if self._starts_statement():
            raise _not_a_number(self._statement())
        if token.text == "(":
            self._take()
            inner = self._sum()
            self._expect(")", "a closing bracket")
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

    def _function_call(self) -> CheckExpression:
        """A function with its arguments, or the error for a word that is none."""
        word = self._here.text
        is_reserved = word in {"and", "or", "not"}
        if is_reserved or (self._after != "(" and word in {*FUNCTIONS, ABOUT}):
            raise self._unexpected("a variant's measure, a number or a bracket")
        if self._after != "(":
            raise CheckError(f"say which measure of '{word}', as in {word}.accuracy", self._rest())
        if word not in FUNCTIONS:
            remedy = did_you_mean(word, [*FUNCTIONS, ABOUT])
            raise CheckError(f"no function is called '{word}': {remedy}", self._rest())
        self._take()
        self._take()
        return self._call(FUNCTIONS[word])

    def _call(self, function: FunctionName) -> Call:
        arguments = [self._sum()]
        while self._skip(","):
            arguments.append(self._sum())
        self._expect(")", "a closing bracket")
        if function == "abs" and len(arguments) != 1:
            raise CheckError(f"abs takes one value, not {len(arguments)}")
        if function != "abs" and len(arguments) < 2:
            raise CheckError(f"{function} takes two values or more")
        return Call(function, tuple(arguments))

    def _about(self) -> ApproxEqual:
        left = self._sum()
        self._expect(",", "a comma: about(a, b, margin)")
        right = self._sum()
        self._expect(",", "a comma: about(a, b, margin)")
        margin = self._margin()
        self._expect(")", "a closing bracket")
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

    def _open(self) -> None:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise CheckError(f"is nested more than {MAX_NESTING} deep", self._rest())

    @property
    def _here(self) -> Token:
        return self._tokens[self._next]

    @property
    def _after(self) -> str:
        return self._tokens[min(self._next + 1, len(self._tokens) - 1)].text

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

    def _expect(self, text: str, wanted: str) -> None:
        if not self._skip(text):
            raise self._unexpected(wanted)

    def _unexpected(self, wanted: str) -> CheckError:
        if self._here.text in {"or", "not"}:
            return CheckError(
                f"a check has no '{self._here.text}': write one claim for each", self._rest()
            )
        if self._here.kind == "end":
            return CheckError(f"ends where there should be {wanted}")
        return CheckError(f"there should be {wanted}", self._rest())

    def _rest(self) -> str:
        """The text from here on, which an error repeats."""
        return " ".join(token.text for token in self._tokens[self._next :]).strip()


def _not_a_number(check: Check) -> CheckError:
    return CheckError("is true or false, and cannot be calculated with", str(check))


def _reject_trivial(clause: C) -> C:
    """The clause. Raises `CheckError` where there is nothing to find out about it."""
    if is_constant(clause):
        raise CheckError("names no measure of a variant", str(clause))
    if clause.left == clause.right:
        raise CheckError("compares a value with itself", str(clause))
    return clause


def _reject_valueless(operation: BinaryOp) -> BinaryOp:
    """The operation. Raises `CheckError` where its constants alone show that it has no value."""
    no_measures: dict[MeasureRef, float] = {}
    if is_constant(operation):
        evaluate(operation, no_measures.__getitem__)
    elif (
        operation.sign == "/"
        and is_constant(operation.right)
        and not evaluate(operation.right, no_measures.__getitem__)
    ):
        raise CheckError("divides by zero", str(operation))
    return operation
