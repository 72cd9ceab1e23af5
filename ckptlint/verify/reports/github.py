"""The format `github`: workflow commands that GitHub Actions shows as annotations.

A check that diverges is an error at the definition of its target, one that is unproven a warning.
A static finding that a run confirmed is an error at its own place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.reports.github import workflow_command
from ckptlint.reports.location import absolute
from ckptlint.verify.reports.wording import check_text, explained_checks
from ckptlint.verify.verdict import Confirmation, Verdict

if TYPE_CHECKING:
    from ckptlint.reports.options import ReportOptions
    from ckptlint.verify.verdict import CheckVerdict, TargetVerdict, VerifyResult

_COMMANDS = {Verdict.DIVERGES: "error", Verdict.UNPROVEN: "warning"}


def render(result: VerifyResult, options: ReportOptions) -> str:
    """Write what is not exact, and what is confirmed, each on a line of its own."""
    checks = [
        _check(target, check, options.root)
        for target in result.targets
        for check in explained_checks(target)
        if check.verdict is not Verdict.EXACT
    ]
    return "".join(dict.fromkeys([*checks, *_confirmed(result, options.root)]))


def _check(target: TargetVerdict, check: CheckVerdict, root: str) -> str:
    properties = {"title": f"ckptlint verify ({', '.join(check.codes) or check.name})"}
    if target.path is not None:
        properties["file"] = absolute(target.path, root)
        if target.line is not None:
            properties["line"] = str(target.line)
    return workflow_command(_COMMANDS[check.verdict], properties, check_text(target.target, check))


def _confirmed(result: VerifyResult, root: str) -> list[str]:
    commands = []
    for target in result.targets:
        for each in target.findings:
            if each.confirmation is not Confirmation.CONFIRMED:
                continue
            properties = {
                "title": f"ckptlint ({each.code})",
                "file": absolute(each.path, root),
                "line": str(each.line),
                "col": str(each.column),
            }
            message = f"{each.code} {each.message}\n  {each.confirmation}: {each.reason}"
            commands.append(workflow_command("error", properties, message))
    return commands
