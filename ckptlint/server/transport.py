"""How the server and its client are connected: standard streams, or a socket."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import sys
from typing import TYPE_CHECKING, BinaryIO, Final

from pygls.io_ import StdinAsyncReader, StdoutWriter, run_async

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from pygls.io_ import AsyncReader

    from ckptlint.server.language_server import CkptlintServer

logger = logging.getLogger(__name__)

_SWITCH_INTERVAL: Final = 0.0005
"""How long a check may keep the main loop waiting for the interpreter, a tenth of the usual: s."""

LOST: Final = 1
"""The exit code where the client went away, or ended the server, without shutting it down."""


def serve_stdio(server: CkptlintServer) -> int:
    """Serve the client on standard input and output, until it ends the session or goes away.

    Whatever else the process prints goes to standard error, and whatever else reads finds nothing.

    Returns
    -------
    int
        The exit code: 0 if the client has shut the server down.
    """
    stdin, stdout = _take_streams()
    server.ends_with_parent = True

    async def serve() -> None:
        server.protocol.set_writer(StdoutWriter(stdout))
        await _converse(server, await _reader(server, stdin, stdout))

    return _run(server, serve())


def serve_tcp(server: CkptlintServer, host: str, port: int, tell: Callable[[str], None]) -> int:
    """Serve the first client that connects, until it ends the session or goes away.

    Parameters
    ----------
    server : CkptlintServer
        The server.
    host : str
        The address to listen on.
    port : int
        The port; 0 for any that is free.
    tell : callable
        Called with the address that is listened on, as ``HOST:PORT``.

    Returns
    -------
    int
        The exit code: 0 if the client has shut the server down.

    Raises
    ------
    OSError
        If the address cannot be listened on.
    """

    async def serve() -> None:
        connected: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
        connected = asyncio.get_running_loop().create_future()

        def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if connected.done():
                writer.close()
            else:
                connected.set_result((reader, writer))

        listening = await asyncio.start_server(connect, host, port)
        name, number = listening.sockets[0].getsockname()[:2]
        tell(f"{name}:{number}")
        reader, writer = await connected
        listening.close()
        server.protocol.set_writer(writer)
        await _converse(server, reader)

    return _run(server, serve())


async def _converse(server: CkptlintServer, reader: AsyncReader) -> None:
    await run_async(
        stop_event=server.stopped,
        reader=reader,
        protocol=server.protocol,
        logger=logger,
        error_handler=server.report_server_error,
    )


async def _reader(server: CkptlintServer, stdin: BinaryIO, stdout: BinaryIO) -> AsyncReader:
    """Give what reads messages: the loop itself where it can, else a thread."""
    input_, output = os.fstat(stdin.fileno()), os.fstat(stdout.fileno())
    is_stream = stat.S_ISFIFO(input_.st_mode) or stat.S_ISSOCK(input_.st_mode)
    # What the loop reads no longer blocks, and a stream for both directions must, for the writer.
    if sys.platform == "win32" or not is_stream or os.path.samestat(input_, output):
        return StdinAsyncReader(stdin, server.thread_pool)
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), stdin)
    return reader


def _run(server: CkptlintServer, serving: Coroutine[Any, Any, None]) -> int:
    sys.setswitchinterval(_SWITCH_INTERVAL)
    try:
        asyncio.run(serving)
    except SystemExit as stop:  # the client said `exit`
        return LOST if stop.code else 0
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        logger.info("the connection was lost: %r", error)
    finally:
        server.thread_pool.shutdown()
    return LOST


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """Take the streams of the process for the client alone."""
    sys.stdout.flush()
    stdin = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    stdout = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, sys.stdin.fileno())
    os.close(nowhere)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return stdin, stdout
