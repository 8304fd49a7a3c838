"""What the checks share: a list of them, and a target that they are run against."""

import asyncio
import threading
from dataclasses import dataclass
from typing import Any, Callable


@dataclass(frozen=True)
class Target:
    """A server of OpenAI's shape, and the model that is asked there."""

    url: str
    model: str
    key: str = "none"


@dataclass(frozen=True)
class Check:
    name: str
    run: Callable[[Target], Any]
    # Whether the gateway alone offers it, so that a model's own server is not asked.
    is_own: bool


checks: list[Check] = []


def check(name: str, own: bool = False):
    """Adds a function, or a coroutine function, that fails where its client is not served."""

    def add(run: Callable[[Target], Any]):
        checks.append(Check(name, run, own))
        return run

    return add


# Clients keep connections for the loop that opened them: all checks share one.
loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()


def outcome(each: Check, target: Target, seconds: float) -> str:
    """Runs a check: an empty text where it passes, else why it does not."""
    said = [f"no end within {seconds} s"]

    def work() -> None:
        try:
            result = each.run(target)
            if asyncio.iscoroutine(result):
                asyncio.run_coroutine_threadsafe(result, loop).result()
            said[0] = ""
        except BaseException as error:  # a client may end with what is no Exception
            said[0] = f"{type(error).__name__}: {str(error)[:300]}"

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    return said[0]


question = "What is the capital of France? One word."
weather = "What is the weather in Paris? Use the tool."


def user(text: str) -> list[dict]:
    return [{"role": "user", "content": text}]


weather_tool = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}
too_long = "word " * 60_000
