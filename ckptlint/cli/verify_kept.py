"""What a run said of the findings of files is kept, for an editor to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.engine.confirmations import ConfirmationStore, KeptConfirmation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ckptlint.settings.discovery import Discovery
    from ckptlint.verify.verdict import TargetVerdict


def keep_confirmations(
    verdicts: Iterable[TargetVerdict], contents: Mapping[str, bytes], discovery: Discovery
) -> None:
    """Keep what the targets said of findings in the cache folders of the files' settings.

    Parameters
    ----------
    verdicts : iterable of TargetVerdict
        What was found out.
    contents : Mapping[str, bytes]
        What each file held when its findings were made, by the path that they name.
    discovery : Discovery
        The settings of each file.
    """
    said: dict[str, list[KeptConfirmation]] = {}
    for verdict in verdicts:
        for one in verdict.findings:
            said.setdefault(one.path, []).append(
                KeptConfirmation(
                    *(one.code, one.message, one.line, one.column),
                    *(one.confirmation.value, one.reason, verdict.target, verdict.device),
                )
            )
    for path, confirmations in said.items():
        if path in contents:
            store = ConfirmationStore(discovery.of_file(path).cache_dir)
            store.keep(path, contents[path], confirmations)
