"""What the agent answers to a message."""

import os


def reply_to(message: str) -> str:
    return f"{os.environ.get('GREETING', 'You said')}: {message}"
