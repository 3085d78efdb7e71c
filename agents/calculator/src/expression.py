"""Arithmetic as people write it, worked out exactly: text in, number out, nothing else happens."""

import re
from collections.abc import Iterator
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext

# Longer ones are refused before they are read.
LONGEST = 500
# Digits of a result; more do not fit into an answer, and powers grow without end.
PRECISION = 50
LARGEST_EXPONENT = 10_000

TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<operator>\*\*|[-+*/^%()]))")


class Unreadable(ValueError):
    """The text is no expression, or has no result; the message says why."""


def evaluate(text: str) -> Decimal:
    """Works out an expression.

    >>> evaluate("0.1 + 0.2")
    Decimal('0.3')
    >>> evaluate("-2 ^ 2 + 2 ^ 3 ^ 2")
    Decimal('508')
    >>> evaluate("(1 + 2) * 50%")
    Decimal('1.5')
    >>> evaluate("1 / (1 - 1)")
    Traceback (most recent call last):
    expression.Unreadable: nothing can be divided by zero
    >>> evaluate("(" * 499)
    Traceback (most recent call last):
    expression.Unreadable: its parentheses are nested too deeply
    >>> evaluate("2 plus 2")
    Traceback (most recent call last):
    expression.Unreadable: 'plus 2' is no number and no operator
    """
    if len(text) > LONGEST:
        raise Unreadable(f"{LONGEST} characters are the limit")
    with localcontext() as context:
        context.prec = PRECISION
        try:
            parser = _Parser(_tokens(text))
            value = parser.sum()
            parser.expect_end()
            return value
        except DivisionByZero:
            raise Unreadable("nothing can be divided by zero") from None
        except RecursionError:
            raise Unreadable("its parentheses are nested too deeply") from None
        except (InvalidOperation, Overflow):
            raise Unreadable("the result cannot be expressed") from None


def _tokens(text: str) -> Iterator[str]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise Unreadable(f"{text[at:].strip()[:20]!r} is no number and no operator")
        yield match.group("number") or match.group("operator")
        at = match.end()


class _Parser:
    """Recursive descent; each method reads what binds at least as tightly as its name says."""

    def __init__(self, tokens: Iterator[str]) -> None:
        self._tokens = tokens
        self._next = next(tokens, None)

    def _take(self) -> str:
        token = self._next
        if token is None:
            raise Unreadable("it ends too early")
        self._next = next(self._tokens, None)
        return token

    def sum(self) -> Decimal:
        value = self._product()
        while self._next in ("+", "-"):
            value = value + self._product() if self._take() == "+" else value - self._product()
        return value

    def _product(self) -> Decimal:
        value = self._signed()
        while self._next in ("*", "/"):
            value = value * self._signed() if self._take() == "*" else value / self._signed()
        return value

    def _signed(self) -> Decimal:
        if self._next in ("+", "-"):
            return self._signed() if self._take() == "+" else -self._signed()
        return self._power()

    def _power(self) -> Decimal:
        base = self._percent()
        if self._next not in ("^", "**"):
            return base
        self._take()
        # Binds to the right: 2^3^2 is 2^9.
        exponent = self._signed()
        if abs(exponent) > LARGEST_EXPONENT:
            raise Unreadable(f"exponents go up to {LARGEST_EXPONENT}")
        return base**exponent

    def _percent(self) -> Decimal:
        value = self._atom()
        while self._next == "%":
            self._take()
            value /= 100
        return value

    def _atom(self) -> Decimal:
        token = self._take()
        if token == "(":
            value = self.sum()
            if self._take() != ")":
                raise Unreadable("a parenthesis is not closed")
            return value
        if not token[-1].isdigit():
            raise Unreadable(f"a number is missing before {token!r}")
        return Decimal(token)

    def expect_end(self) -> None:
        if self._next is not None:
            raise Unreadable(f"an operator is missing before {self._next!r}")
