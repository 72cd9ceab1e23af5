"""Rehearses models on demand, each in a process of its own that is forked from this one.

Reads lines ``["file", "function that builds the model"]``, writes a rehearsal for each, as JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from pathlib import Path

import earth2studio.models.px.fcn
import earth2studio.models.px.persistence  # noqa: F401
from earth2studio.utils import checkpoint

from ckptlint.verify.rehearsal import rehearse, rollout  # noqa: F401


def answer(file: str, name: str, steps: int) -> str:
    """Rehearse one model."""
    if name == "without_the_codec":
        del checkpoint._CheckpointCodec
        name = "persistence"
    path = Path(file)
    sys.path.insert(0, str(path.parent))
    build = getattr(importlib.import_module(path.stem), name)
    return json.dumps(rehearse(build, steps, range(steps - 1)))


def main() -> None:
    """Answer line by line, until there are no more."""
    steps = int(sys.argv[1])
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            try:
                text = answer(*json.loads(line), steps)
            except BaseException:
                text = json.dumps([traceback.format_exc(), [], None, ""])
            with os.fdopen(writing, "w", encoding="utf-8") as pipe:
                pipe.write(text)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            text = pipe.read()
        _, status = os.waitpid(child, 0)
        died = json.dumps([f"the process ended with status {status}", [], None, ""])
        print(text or died, flush=True)


if __name__ == "__main__":
    main()
