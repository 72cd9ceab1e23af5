"""Time a keystroke to its diagnostics, beside other language servers; write benchmarks/TYPING.md.

``make bench-typing`` runs it in an environment that holds all of them. Real server processes are
talked to as an editor does, all with the same keystrokes, in turn and in a new order each time, so
that what else the machine does falls on all of them alike.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import os
import random
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from language_client import LanguageClient, peak_memory
from speed import program
from typing_file import BASE, MAIN, STEP_LINE, write_files
from typing_report import OTHER_FILE, OWN, Measured, heading, tables

FOLDER = Path(__file__).resolve().parent
PAUSE = (0.08, 0.16)
"""How long a typist rests between two keystrokes: seconds."""

INCOMPLETE = "a line that does not parse yet"
SEEN_LINE = "        self._seen = self.checkpoint.x"


class Peer(NamedTuple):
    """A language server: its command, whether it is asked for diagnostics, and its settings.

    A slow one is waited for after `every` so many keystrokes.
    """

    name: str
    command: tuple[str, ...]
    pulls: bool
    settings: object = None
    every: int = 1


class Place(NamedTuple):
    """Where something is typed: the kind, the file, what stands before it, and the new text."""

    kind: str
    file: str
    before: str
    text: str


class Keystroke(NamedTuple):
    """One change: its kind, the file, the range that it replaces, and with what."""

    kind: str
    file: str
    span: tuple[tuple[int, int], tuple[int, int]]
    text: str


PLACES = (
    Place("a step of a rollout", MAIN, STEP_LINE, "\n            x = self.clip(x)"),
    Place("a helper function", MAIN, "def main() -> None:", "\n    LOGGER.info(STEPS)"),
    Place("a comment", MAIN, "STEPS = 40", "  # ten days"),
    Place("the base class, in the file", MAIN, SEEN_LINE, "\n        self.trace()"),
    Place(OTHER_FILE, BASE, "        self._seen = saved.x", "\n        self.trace()"),
)


def keystrokes(texts: dict[str, str]) -> list[Keystroke]:
    """Type the text of each place, one character at a time, and take it back again."""
    strokes = []
    for place in PLACES:
        text = texts[place.file]
        start = text.index(place.before) + len(place.before)
        steps = range(len(place.text))
        for typed in steps:
            strokes.append(_stroke(place, text, start, typed, erases=False))
        for typed in reversed(steps):
            strokes.append(_stroke(place, text, start, typed, erases=True))
    return strokes


def _stroke(place: Place, text: str, start: int, typed: int, *, erases: bool) -> Keystroke:
    """Add the character after `typed` ones, or erase it."""
    position = _position(text[:start] + place.text[:typed])
    after = _position(text[:start] + place.text[: typed + 1])
    shown = place.text[: typed if erases else typed + 1]
    kind = place.kind if _parses(text[:start] + shown + text[start:]) else INCOMPLETE
    if erases:
        return Keystroke(kind, place.file, (position, after), "")
    return Keystroke(kind, place.file, (position, position), place.text[typed])


def _position(before: str) -> tuple[int, int]:
    """Give the line and column at the end of a text that is ASCII."""
    return before.count("\n"), len(before) - before.rfind("\n") - 1


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


class Session:
    """A server in which both files are open.

    Parameters
    ----------
    peer : Peer
        The server.
    folder : Path
        The folder with the files.
    """

    def __init__(self, peer: Peer, folder: Path) -> None:
        self.peer = peer
        self._folder = folder
        begun = time.perf_counter()
        self.client = LanguageClient(peer.command, peer.settings)
        self._initialize()
        self._versions = {BASE: 1, MAIN: 1}
        for name in self._versions:
            text = (folder / name).read_text("utf-8")
            document = {"uri": self._uri(name), "languageId": "python", "version": 1, "text": text}
            self.client.notify("textDocument/didOpen", {"textDocument": document})
        self.findings = self._diagnostics(MAIN)
        self.start = time.perf_counter() - begun

    def type(self, stroke: Keystroke) -> float:
        """Make one keystroke, and give the seconds until its diagnostics are there.

        They are those of the file that is typed in; for a base class in another file, those of
        the file with the models.
        """
        self.client.forget()
        begun = time.perf_counter()
        self.change(stroke)
        self._diagnostics(MAIN if stroke.kind == OTHER_FILE else stroke.file)
        return time.perf_counter() - begun

    def change(self, stroke: Keystroke) -> None:
        """Make one keystroke, and wait for nothing."""
        self._versions[stroke.file] += 1
        start, end = ({"line": line, "character": column} for line, column in stroke.span)
        change = {"range": {"start": start, "end": end}, "text": stroke.text}
        document = {"uri": self._uri(stroke.file), "version": self._versions[stroke.file]}
        params = {"textDocument": document, "contentChanges": [change]}
        self.client.notify("textDocument/didChange", params)

    def _diagnostics(self, name: str) -> list[Any]:
        uri = self._uri(name)
        if not self.peer.pulls:
            published: list[Any] = self.client.published(uri, self._versions[name])["diagnostics"]
            return published
        params = {"textDocument": {"uri": uri}}
        items: list[Any] = self.client.request("textDocument/diagnostic", params)["items"]
        return items

    def _initialize(self) -> None:
        document: dict[str, Any] = {
            "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
            "synchronization": {"didSave": True},
        }
        if self.peer.pulls:
            document["diagnostic"] = {"relatedDocumentSupport": True}
        uri = self._folder.as_uri()
        self.client.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": "forecasts"}],
                "capabilities": {
                    "general": {"positionEncodings": ["utf-16"]},
                    "textDocument": document,
                    "workspace": {"workspaceFolders": True, "configuration": True},
                },
            },
        )
        self.client.notify("initialized", {})
        if self.peer.settings is not None:
            changed = {"settings": self.peer.settings}
            self.client.notify("workspace/didChangeConfiguration", changed)

    def _uri(self, name: str) -> str:
        return (self._folder / name).as_uri()


def peers() -> list[Peer]:
    """Name the servers, ckptlint's in both ways in which an editor gets diagnostics."""
    flake8 = {
        "pylsp": {
            "plugins": {
                "flake8": {"enabled": True},
                **{name: {"enabled": False} for name in ("pycodestyle", "pyflakes", "mccabe")},
            }
        }
    }
    own = (program("ckptlint"), "server")
    return [
        Peer(f"{OWN}, pull", own, pulls=True),
        Peer(f"{OWN}, push", own, pulls=False),
        Peer("ruff, pull", (program("ruff"), "server"), pulls=True),
        Peer("pylsp with flake8, push", (program("pylsp"),), pulls=False, settings=flake8, every=4),
    ]


def can_time(peer: Peer, kind: str) -> bool:
    """Tell whether a server says by itself when it has looked at another file than the changed."""
    return kind != OTHER_FILE or (peer.name.startswith(OWN) and not peer.pulls)


def measure(
    sessions: list[Session], rounds: int, seed: int, strokes: list[Keystroke]
) -> list[Measured]:
    """Type in all sessions, in turn, once to warm them up and then for `rounds` rounds."""
    order = random.Random(seed)
    results = [Measured(one.peer.name, defaultdict(list), one.start) for one in sessions]
    both = list(zip(sessions, results, strict=True))
    for done, (number, stroke) in itertools.product(range(rounds + 1), enumerate(strokes)):
        for session, result in order.sample(both, len(both)):
            time.sleep(order.uniform(*PAUSE) / len(sessions))
            if number % session.peer.every or not can_time(session.peer, stroke.kind):
                session.change(stroke)
                continue
            taken = session.type(stroke)
            if done > 0:
                result.seconds[stroke.kind].append(taken)
    for session, result in both:
        result.memory = peak_memory(session.client.pid)
    return results


def main() -> None:
    """Measure, print the report and write it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=2, help="how often all is typed")
    parser.add_argument("--seed", type=int, default=0, help="of the order of the servers")
    parser.add_argument("--no-slow", action="store_true", help="leave out pylsp")
    parser.add_argument("--output", type=Path, default=FOLDER / "TYPING.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        write_files(folder)
        strokes = keystrokes({name: (folder / name).read_text("utf-8") for name in (BASE, MAIN)})
        chosen = [peer for peer in peers() if not (options.no_slow and "pylsp" in peer.name)]
        sessions = [Session(peer, folder) for peer in chosen]
        results = measure(sessions, options.rounds, options.seed, strokes)
        for session in sessions:
            session.client.close()
    text = f"{heading(PAUSE, options.seed)}\n{tables(results)}"
    print(text)
    options.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
