"""Samples that are judged without being run: each function gives the faults that it sees."""

from __future__ import annotations

import builtins
import json
import re
import shlex
import shutil
import subprocess
import symtable
import tomllib
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING, Final

import yaml
from samples import ROOT, Sample

from ckptlint.cli.dispatch import COMMANDS, split
from ckptlint.cli.main import main
from ckptlint.settings.errors import SettingsError
from ckptlint.settings.reading import read_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_RULE_PAGES: Final = "docs/rules/"
"""The Python of these pages is checked beside the rules that it is about."""
_OPTION: Final = re.compile(r"(?<![\w-])(--?[a-zA-Z][a-z-]*)")
_ASSIGNMENT: Final = re.compile(r"[A-Z_]+=")
_TARGET: Final = re.compile(r"^([a-z-]+):", re.MULTILINE)


def faults_of(sample: Sample, folder: Path) -> list[str]:
    """Judge a sample; `folder` is an empty one to write to.

    What is said to stand in a file is held against the file, anything else is judged by its
    language. A block whose language is not known here has to say why it is shown.
    """
    judge = _JUDGES.get(sample.language)
    if sample.sources:
        faults = [fault for source in sample.sources if (fault := _not_in(sample, source))]
    elif judge is not None:
        faults = judge(sample, folder)
    else:
        known = ", ".join(sorted(_JUDGES))
        why = f"a block of `{sample.language}`, not of {known}, says by a comment why"
        faults = [] if sample.reasons else [why]
    return [f"{sample.place}: {fault}" for fault in faults]


def is_runnable(sample: Sample) -> bool:
    """Whether a block of Python is run as it stands."""
    told = sample.reasons or sample.sources or sample.files
    return sample.language == "python" and not told and not sample.page.startswith(_RULE_PAGES)


def _not_in(sample: Sample, source: str) -> str:
    path = ROOT / source
    if not path.is_file():
        return f"there is no file {source}"
    return "" if sample.text in path.read_text(encoding="utf-8") else f"{source} is not so"


def _python(sample: Sample, _folder: Path) -> list[str]:
    if sample.page.startswith(_RULE_PAGES):
        return []
    try:
        compile(sample.text, sample.page, "exec", dont_inherit=True)
    except SyntaxError as error:
        return [f"line {error.lineno} of the block: {error.msg}"]
    if is_runnable(sample) and (unknown := unbound_names(sample.text)):
        return [f"it cannot be run, for it defines no {', '.join(unknown)}; a comment says why"]
    return []


def unbound_names(code: str) -> list[str]:
    """Name what a module reads and nothing in it binds."""
    top = symtable.symtable(code, "sample", "exec")
    bound = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned()}
    bound |= {symbol.get_name() for symbol in top.get_symbols() if symbol.is_imported()}
    read = set(_global_reads(top))
    return sorted(read - bound - set(dir(builtins)) - {"__name__", "__file__"})


def _global_reads(table: symtable.SymbolTable) -> Iterable[str]:
    is_top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (is_top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _global_reads(child)


def _toml(sample: Sample, folder: Path) -> list[str]:
    try:
        tables = tomllib.loads(sample.text)
    except tomllib.TOMLDecodeError as error:
        return [str(error)]
    if sample.sources or sample.reasons:
        return []
    is_pyproject = bool({"tool", "project", "build-system"} & tables.keys())
    path = folder / ("pyproject.toml" if is_pyproject else "ckptlint.toml")
    path.write_text(sample.text, encoding="utf-8")
    try:
        read_file(str(path), str(folder))
    except SettingsError as error:
        return [str(error)]
    return []


def _json(sample: Sample, _folder: Path) -> list[str]:
    """Read a value, or some keys of an object."""
    text = f"{{{sample.text}}}" if sample.text.startswith('"') else sample.text
    try:
        json.loads(text)
    except ValueError as error:
        return [str(error)]
    return []


def _yaml(sample: Sample, folder: Path) -> list[str]:
    try:
        content = yaml.safe_load(sample.text)
    except yaml.YAMLError as error:
        return [str(error)]
    if not isinstance(content, dict):
        return []
    if "repos" in content:
        return _pre_commit(sample, folder)
    if "jobs" in content:
        return _workflow(content)
    return []


def _pre_commit(sample: Sample, folder: Path) -> list[str]:
    from pre_commit.clientlib import InvalidConfigError, load_config

    path = folder / ".pre-commit-config.yaml"
    path.write_text(sample.text, encoding="utf-8")
    try:
        load_config(str(path))
    except InvalidConfigError as error:
        return [str(error)]
    return []


def _workflow(content: dict[object, object]) -> list[str]:
    """Hold a workflow of GitHub against what every one of them must have."""
    faults = []
    if "on" not in content and True not in content:  # YAML 1.1 reads `on` as true
        faults.append("the workflow says by no `on` when it runs")
    jobs = content["jobs"]
    for name, job in jobs.items() if isinstance(jobs, dict) else ():
        if "runs-on" not in job and "uses" not in job:
            faults.append(f"the job `{name}` runs on nothing")
        for step in job.get("steps", ()):
            if ("run" in step) == ("uses" in step):
                faults.append(f"a step of the job `{name}` needs one of `run` and `uses`")
    return faults


def _shell(sample: Sample, _folder: Path) -> list[str]:
    """Hold what is typed against the shell's grammar, ckptlint's options and make's targets."""
    parsed = subprocess.run(
        ["bash", "-n"], input=sample.text, capture_output=True, text=True, check=False
    )
    if parsed.returncode:
        return [parsed.stderr.strip()]
    faults = []
    for line in sample.text.replace("\\\n", " ").splitlines():
        faults += faults_of_call(line)
    return faults


def faults_of_call(line: str) -> list[str]:
    """Judge one line of shell by what it calls."""
    words = shlex.split(line, comments=True)
    while words and _ASSIGNMENT.match(words[0]):
        del words[0]
    if not words:
        return []
    if words[0] == "ckptlint":
        return _unknown_options(words[1:])
    if words[0] == "make":
        known = _TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8"))
        targets = [word for word in words[1:] if "=" not in word and not word.startswith("-")]
        return [f"make has no target {name}" for name in targets if name not in known]
    return []


def _unknown_options(words: list[str]) -> list[str]:
    command, rest = split(words)
    if command not in COMMANDS:
        return [f"ckptlint has no command {command}"]
    given = {word.partition("=")[0] for word in rest if word.startswith("-") and word != "-"}
    return [
        f"`ckptlint {command}` has no option {name}" for name in sorted(given - _options(command))
    ]


@cache
def _options(command: str) -> frozenset[str]:
    shown = StringIO()
    with redirect_stdout(shown):
        main([command, "--help"])
    return frozenset(_OPTION.findall(shown.getvalue())) | {"--"}


def _lua(sample: Sample, folder: Path) -> list[str]:
    """Let Neovim compile it, where there is one."""
    if shutil.which("nvim") is None:
        return []
    path = folder / "sample.lua"
    path.write_text(sample.text, encoding="utf-8")
    call = f"lua local _, fault = loadfile('{path}'); if fault then print(fault) end"
    done = subprocess.run(
        ["nvim", "--clean", "--headless", "-c", call, "-c", "quit"],
        capture_output=True,
        text=True,
        check=False,
    )
    return [done.stderr.strip()] if done.stderr.strip() else []


def _elisp(sample: Sample, _folder: Path) -> list[str]:
    """Count the brackets, as the reader does: outside of strings and comments."""
    code = re.sub(r'"(?:\\.|[^"\\])*"|;.*', "", sample.text)
    depth = 0
    for character in code:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return ["a bracket is closed that was not opened"]
    return [f"{depth} brackets are not closed"] if depth else []


def _run_elsewhere(_sample: Sample, _folder: Path) -> list[str]:
    return []


_JUDGES: Final = {
    "bash": _shell,
    "console": _run_elsewhere,
    "elisp": _elisp,
    "json": _json,
    "lua": _lua,
    "python": _python,
    "toml": _toml,
    "yaml": _yaml,
}
