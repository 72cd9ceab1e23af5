"""``ckptlint clean``: remove the result caches of the current folder and those below it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ckptlint.cli.arguments import Parser, add_common_options, add_settings_options
from ckptlint.cli.console import Console
from ckptlint.cli.exit_codes import ExitCode
from ckptlint.cli.overrides import discovery_for
from ckptlint.settings.defaults import DEFAULT_CACHE_FOLDER
from ckptlint.settings.reading import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TAG: Final = "CACHEDIR.TAG"
"""The file that marks a cache folder; nothing is removed unless it says that it is ours."""


def run(arguments: Sequence[str]) -> int:
    """Remove the caches, and name each on stderr."""
    options = clean_parser().parse_without_words(arguments)
    console = Console.of(options)
    folder = os.getcwd()
    settings = discovery_for(options, folder).of_folder(folder)
    exit_code = ExitCode.CLEAN
    for cache in dict.fromkeys([settings.cache_dir, *_caches_below(folder)]):
        if os.path.isdir(cache):
            exit_code = max(exit_code, _remove(cache, console))
    return exit_code


def clean_parser() -> Parser:
    """Declare the options of ``clean``."""
    parser = Parser(
        "ckptlint clean",
        "[OPTIONS]",
        "Remove the result cache of the current project, and those in the current folder\n"
        "and below it.",
    )
    parser.add_argument_group("Cache").add_argument(
        "--cache-dir",
        metavar="FOLDER",
        help="The cache of the current project [env: CKPTLINT_CACHE_DIR]",
    )
    add_settings_options(parser)
    add_common_options(parser)
    return parser


def _caches_below(folder: str) -> Iterator[str]:
    for parent, folders, _ in os.walk(folder):
        if DEFAULT_CACHE_FOLDER in folders:
            yield os.path.join(parent, DEFAULT_CACHE_FOLDER)
        folders[:] = sorted(set(folders) - {DEFAULT_CACHE_FOLDER, ".git"})


def _is_ours(folder: str) -> bool:
    try:
        with open(os.path.join(folder, _TAG), "rb") as file:
            return b"cache of ckptlint" in file.read()
    except OSError:
        return False


def _remove(cache: str, console: Console) -> ExitCode:
    if not _is_ours(cache):
        console.error(f"{shown_path(cache)} is no cache of ckptlint, and is left as it is")
        return ExitCode.FAILURE
    from shutil import rmtree

    try:
        rmtree(cache)
    except OSError as error:
        console.error(f"{shown_path(cache)} cannot be removed: {error.strerror or error}")
        return ExitCode.FAILURE
    console.note(f"Removed the cache {shown_path(cache)}")
    return ExitCode.CLEAN
