"""``ckptlint server``: the language server, for editors."""

from __future__ import annotations

import logging
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from ckptlint.cli.arguments import Parser, add_common_options
from ckptlint.cli.errors import CallError
from ckptlint.cli.output import flush, write

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

_EPILOG: Final = """\
Examples:
  ckptlint server             what an editor starts
  ckptlint server --tcp --port 7777
                              serve an editor that connects

Exit codes:
  0  the editor has shut the server down
  1  the editor went away without that
  2  something is wrong with the call
"""
_LOOPBACK: Final = "127.0.0.1"


def run(arguments: Sequence[str]) -> int:
    """Serve an editor."""
    options = server_parser().parse_without_words(arguments)
    for name in ("host", "port"):
        if getattr(options, name) is not None and not options.tcp:
            raise CallError(f"`--{name}` goes with `--tcp`")
    require_server()
    _log(options)
    from ckptlint.server.language_server import CkptlintServer
    from ckptlint.server.transport import serve_stdio, serve_tcp

    if not options.tcp:
        if sys.stdin is None or sys.stdin.isatty():
            raise CallError(
                "an editor starts `ckptlint server` and talks to it on stdin and stdout; "
                "`--tcp` serves one that connects"
            )
        return serve_stdio(CkptlintServer())
    host, port = options.host or _LOOPBACK, options.port or 0
    try:
        return serve_tcp(CkptlintServer(), host, port, _tell)
    except OSError as error:
        raise CallError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error


def require_server() -> None:
    """Refuse to serve where what that takes is not installed.

    Raises
    ------
    CallError
        If pygls is missing.
    """
    if find_spec("pygls") is None:
        raise CallError(
            f"the language server takes pygls, which cannot be imported by {sys.executable}"
            "\n\nInstall it with `pip install 'ckptlint[server]'`."
        )


def server_parser() -> Parser:
    """Declare the options of ``server``."""
    parser = Parser(
        "ckptlint server",
        "[OPTIONS]",
        "Serve an editor: find restart mistakes while they are typed. An editor starts\n"
        "this itself; docs/language-server.md tells what it can say to it.",
        _EPILOG,
    )
    connection = parser.add_argument_group("Connection")
    connection.add_argument(
        "--tcp",
        action="store_true",
        help="Wait for one editor to connect, instead of talking on stdin and stdout",
    )
    connection.add_argument(
        "--host", metavar="ADDRESS", help=f"Listen on this address ({_LOOPBACK})"
    )
    connection.add_argument(
        "--port", metavar="PORT", type=int, help="Listen on this port (any that is free)"
    )
    connection.add_argument(
        "--log-file", metavar="FILE", help="Write the log into this file instead of to stderr"
    )
    add_common_options(parser)
    return parser


def _log(options: Namespace) -> None:
    level = logging.WARNING
    if options.verbose:
        level = logging.DEBUG
    elif options.quiet or options.silent:
        level = logging.ERROR
    try:
        logging.basicConfig(
            filename=options.log_file,
            encoding="utf-8" if options.log_file else None,
            level=level,
            format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        )
    except OSError as error:
        raise CallError(
            f"`--log-file {options.log_file}`: cannot be written: {error.strerror}"
        ) from error


def _tell(address: str) -> None:
    write(sys.stdout, f"ckptlint server listens on {address}\n")
    flush(sys.stdout)
