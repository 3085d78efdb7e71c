"""What the agent answers to a message."""

import re
from decimal import Decimal

from src.expression import Unreadable, evaluate

HELP = 'Ask me, for example: "(2 + 3) * 4", "What is 17.5% of 80?", "2 ^ 10 - 1".'

QUESTION = re.compile(r"^\s*(?:please\s+)?(?:what\s+is|what's|how\s+much\s+is|calculate|compute|evaluate)\b", re.I)
WORDS = {"plus": "+", "minus": "-", "times": "*", "divided by": "/", "of": "*", "x": "*", "×": "*", "÷": "/", "−": "-"}


def reply_to(message: str) -> str:
    """
    >>> reply_to("What is 17.5% of 80?")
    '17.5% * 80 = 14'
    >>> reply_to("0.1 plus 0.2")
    '0.1 + 0.2 = 0.3'
    """
    expression = _expression_in(message)
    if expression == "":
        return HELP
    try:
        return f"{expression} = {_plain(evaluate(expression))}"
    except Unreadable as problem:
        return f"I cannot work out {expression!r}: {problem}.\n{HELP}"


def _expression_in(message: str) -> str:
    text = QUESTION.sub("", message).strip().rstrip("?!=. \n")
    for word, operator in WORDS.items():
        bounded = rf"(?<![\w]){re.escape(word)}(?![\w])" if word.isascii() else re.escape(word)
        text = re.sub(bounded, operator, text, flags=re.I)
    return re.sub(r"\s+", " ", text).strip()


def _plain(value: Decimal) -> str:
    """Without an exponent, and without zeros that say nothing."""
    if value == 0:
        return "0"
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if len(text) <= 100 else f"{value.normalize():E}"
