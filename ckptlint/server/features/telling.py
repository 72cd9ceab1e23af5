"""What goes wrong is told: in the log, and once in a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.server.inspection import Checked
    from ckptlint.server.language_server import CkptlintServer


def register(server: CkptlintServer) -> None:
    """Tell of faults of rules, and of settings that cannot be used."""
    warned: set[str] = set()

    def tell(checked: Checked) -> None:
        for warning in checked.outcome.warnings:
            if warning not in warned:
                warned.add(warning)
                server.notices.log(warning, types.MessageType.Warning)
        for fault in checked.outcome.faults:
            server.notices.error(fault)
        if checked.problem is not None:
            server.notices.error(checked.problem.message)

    def tell_again(paths: Iterable[str]) -> None:
        for problem in server.problems.about(paths):
            server.notices.allow_again(problem.message)

    server.checking.on_checked.append(tell)
    server.checking.on_files_changed.append(tell_again)
