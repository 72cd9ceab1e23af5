"""What can be done about the findings of a document: fixes, suppressions, all fixes at once."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ckptlint.engine.applying import can_be_applied
from ckptlint.engine.selection import ALWAYS_ON
from ckptlint.engine.suppressing import suppress
from ckptlint.rule import Applicability
from ckptlint.server.diagnostics import data_of, finding_of
from ckptlint.server.edits import read_open, workspace_edit
from ckptlint.sources.document import UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lsprotocol import types

    from ckptlint.engine.directives import Form
    from ckptlint.engine.result import LocatedFinding
    from ckptlint.server.inspection import Checked

UNREADABLE: Final = "the file cannot be read"


class What(StrEnum):
    """What can be done."""

    FIX = "fix"
    SUPPRESS = "suppress"
    FIX_ALL = "fix-all"
    SHOW_PROOF = "show-proof"
    PROVE = "prove"


class Change(NamedTuple):
    """Something that is offered, told so that it can be worked out, or done, later.

    Parameters
    ----------
    what : What
        What is to be done.
    uri : str
        The document, or the notebook.
    version : int or None
        The client's count of the document's changes when it was offered.
    finding : object
        What finds the finding again; None where all are meant.
    """

    what: What
    uri: str
    version: int | None
    finding: object = None

    def to_json(self) -> dict[str, Any]:
        """Give what is sent along with an action; like all data for a client, without null."""
        return {key: value for key, value in self._asdict().items() if value is not None}

    @classmethod
    def from_json(cls, data: object) -> Change | None:
        """Read what came back with an action; None where it is not ours."""
        if not isinstance(data, dict):
            return None
        what, uri, version = data.get("what"), data.get("uri"), data.get("version")
        if not isinstance(uri, str) or not isinstance(version, int | None):
            return None
        try:
            return cls(What(str(what)), uri, version, data.get("finding"))
        except ValueError:
            return None


class Offer(NamedTuple):
    """A change of a document that is offered for one of its findings.

    Parameters
    ----------
    title : str
        What the user reads.
    change : Change
        What it does.
    finding : LocatedFinding
        What it is about.
    is_preferred : bool
        Whether it mends the finding for certain.
    refused : str or None
        Why it cannot be done, if so.
    """

    title: str
    change: Change
    finding: LocatedFinding
    is_preferred: bool = False
    refused: str | None = None


def offers_for(checked: Checked, finding: LocatedFinding, form: Form) -> Iterator[Offer]:
    """Give what can be done about one finding: its fix, and a comment of a form that hides it."""
    document = checked.document
    about = document.uri, document.version, data_of(finding)
    fix = finding.fix
    if fix is not None and can_be_applied(finding):
        is_safe = fix.applicability is Applicability.SAFE
        title = fix.message if is_safe else f"{fix.message} (unsafe: {fix.reason})"
        yield Offer(title, Change(What.FIX, *about), finding, is_safe)
    if finding.code in ALWAYS_ON:
        return  # that a text cannot be checked is not to be hidden
    yield Offer(
        f"Ignore {finding.code} on this line ({finding.name})",
        Change(What.SUPPRESS, *about),
        finding,
        refused=_why_not_suppressed(checked, finding, form),
    )


def _why_not_suppressed(checked: Checked, finding: LocatedFinding, form: Form) -> str | None:
    """Say why a finding cannot be hidden by a comment on its line; None if it can be."""
    try:
        result = suppress(read_open(checked.document), [finding], form)
    except UnreadableFile:
        return UNREADABLE
    return result.refused[0].why if result.refused else None


def can_fix_something(checked: Checked) -> bool:
    """Tell whether there is a fix that is wanted without being asked for by itself."""
    return any(
        can_be_applied(finding)
        and finding.fix is not None
        and (finding.fix.applicability is Applicability.SAFE or checked.settings.unsafe_fixes)
        for finding in checked.outcome.findings
    )


def edit_of(
    checked: Checked, change: Change, form: Form, *, is_versioned: bool
) -> types.WorkspaceEdit | None:
    """Work out the change of one finding; a comment that hides it gets a form.

    Returns
    -------
    WorkspaceEdit or None
        None if the finding is there no more, or has nothing of the kind.
    """
    finding = finding_of(checked, change.finding)
    if finding is None:
        return None
    if change.what is What.FIX:
        if finding.fix is None or not can_be_applied(finding):
            return None
        edits = finding.fix.edits
    elif change.what is not What.SUPPRESS:
        return None
    else:
        try:
            edits = suppress(read_open(checked.document), [finding], form).edits
        except UnreadableFile:
            return None
    if not edits:
        return None
    return workspace_edit(checked.document, edits, is_versioned=is_versioned)
