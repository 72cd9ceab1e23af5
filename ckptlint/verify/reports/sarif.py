"""The format `sarif`: SARIF 2.1.0 with a result per check, and one per static finding.

A check that diverges is an error, one that is unproven a warning, and one that is exact a result
of kind "pass". As in the SARIF of ``ckptlint check``, the log holds no time and no random
identifier. A static finding's fingerprint is not the one it has there: the text of its line is not
known here. The logs name two categories, so that a service keeps both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ckptlint.engine.fingerprint import numbered_hashes
from ckptlint.reports.display import without_surrogates
from ckptlint.reports.sarif_location import artifact_location
from ckptlint.reports.sarif_log import described_rules, log, message_object, notification
from ckptlint.reports.sarif_result import FINGERPRINT
from ckptlint.verify.reports.json import finite_or_text
from ckptlint.verify.reports.wording import check_text, explained_checks
from ckptlint.verify.verdict import Confirmation, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ckptlint.reports.options import ReportOptions
    from ckptlint.rule import Rule
    from ckptlint.verify.verdict import CheckVerdict, FindingVerdict, TargetVerdict, VerifyResult

_LEVELS = {Verdict.DIVERGES: "error", Verdict.UNPROVEN: "warning", Verdict.EXACT: "none"}
# A finding that several targets run is as sure as the surest of them makes it.
_SUREST_FIRST = (Confirmation.CONFIRMED, Confirmation.UNPROVEN, Confirmation.NOT_CONFIRMED)

_Object = dict[str, Any]


def render(result: VerifyResult, options: ReportOptions) -> str:
    """Write the result as a SARIF log with one run, in ASCII."""
    results = [
        *(
            _check_result(target, check, options.root)
            for target in result.targets
            for check in explained_checks(target)
        ),
        *_finding_results(result.targets, options),
    ]
    rules = _rules(result.targets, options.rules)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    hashes = numbered_hashes(each.pop("identity") for each in results)
    for each, fingerprint in zip(results, hashes, strict=True):
        each["ruleIndex"] = index[each["ruleId"]]
        each["partialFingerprints"] = {FINGERPRINT: fingerprint}
    notifications = [
        notification("note", f"passed over {each.name}: {each.reason}")
        for each in result.passed_over
    ]
    return log("ckptlint-verify", rules, results, notifications, options)


def _rule_id(check: CheckVerdict) -> str:
    return _text(check.codes[0] if check.codes else f"verify/{check.name}")


def _rules(targets: Sequence[TargetVerdict], rules: Sequence[Rule]) -> list[_Object]:
    """Describe the rules that ran, and by name the checks and any other rule of a result."""
    described: dict[str, _Object] = {}
    for target in targets:
        for check in explained_checks(target):
            # The name of a code is its rule's, which a check does not know.
            name = {} if check.codes else {"name": _text(check.name)}
            described[_rule_id(check)] = {"id": _rule_id(check), **name}
    for finding in (each for target in targets for each in target.findings):
        code = _text(finding.code)
        described[code] = {"id": code, "name": _text(finding.name)}
    return described_rules(rules, described.values())


def _check_result(target: TargetVerdict, check: CheckVerdict, root: str) -> _Object:
    """Give the result of a check; `identity` is what its fingerprint is made from."""
    properties = {
        "target": target.target,
        "device": target.device,
        "check": check.name,
        "verdict": check.verdict.value,
        "codes": list(check.codes),
        "stop": check.stop,
        "firstStep": check.first_step,
        "leadTimeHours": finite_or_text(check.lead_time_hours),
        "variable": check.variable,
        "maxAbs": finite_or_text(check.max_abs),
        "maxUlp": check.max_ulp,
        "blame": check.blame,
    }
    is_exact = check.verdict is Verdict.EXACT
    return {
        "identity": (_rule_id(check), target.target, check.name),
        "ruleId": _rule_id(check),
        "kind": "pass" if is_exact else "fail",
        "level": _LEVELS[check.verdict],
        "message": message_object(check_text(target.target, check)),
        "locations": [_target_location(target, root)],
        "properties": {
            name: _text(value) if isinstance(value, str) else value
            for name, value in properties.items()
            if value is not None
        },
    }


def _finding_results(targets: Sequence[TargetVerdict], options: ReportOptions) -> Iterator[_Object]:
    """Give each static finding once, with what each target that runs it says of it."""
    levels = {rule.code: rule.severity.value for rule in options.rules}
    said: dict[tuple[str, str, int, int, str], list[tuple[str, FindingVerdict]]] = {}
    for target in targets:
        for each in target.findings:
            key = (each.code, each.path, each.line, each.column, each.message)
            said.setdefault(key, []).append((target.target, each))
    for (code, path, line, column, message), verdicts in said.items():
        surest = min((each.confirmation for _, each in verdicts), key=_SUREST_FIRST.index)
        artifact = artifact_location(path, options.root)
        region = {"startLine": line, "startColumn": column}
        yield {
            "identity": (code, artifact["uri"], message),
            "ruleId": _text(code),
            "level": levels.get(code, "warning"),
            "message": message_object(message),
            "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
            "properties": {
                "confirmation": surest.value,
                "targets": [
                    {
                        "target": _text(name),
                        "confirmation": each.confirmation.value,
                        "reason": _text(each.reason),
                    }
                    for name, each in verdicts
                ],
            },
        }


def _target_location(target: TargetVerdict, root: str) -> _Object:
    """Give the place that defines a target; by its name alone where no file is known."""
    name = _text(target.target)
    location: _Object = {"logicalLocations": [{"fullyQualifiedName": name}]}
    if target.path is not None:
        physical: _Object = {"artifactLocation": artifact_location(target.path, root)}
        if target.line is not None:
            physical["region"] = {"startLine": target.line}
        location["physicalLocation"] = physical
    return location


def _text(text: str) -> str:
    return without_surrogates(text)
