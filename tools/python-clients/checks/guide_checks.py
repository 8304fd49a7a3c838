"""The programs that the guide shows, as they are written."""

import subprocess
import sys
from pathlib import Path

from checking import check, question, weather

examples = Path(__file__).parents[3] / "examples/clients"


def said_by(file: str, at, text: str) -> str:
    args = [sys.executable, str(examples / file), at.url, at.model, text]
    done = subprocess.run(args, capture_output=True, text=True, timeout=55)
    assert done.returncode == 0, done.stderr[-300:]
    return done.stdout


@check("guide: the official client", own=True)
def _(at):
    said = said_by("openai_client.py", at, question)
    assert "Paris" in said and "answered by" in said


@check("guide: an agent of Agent Framework with a tool", own=True)
def _(at):
    assert "sunny" in said_by("agent_framework_client.py", at, weather)
