"""JUnit XML, as CI services read it: suites of cases that pass, fail or end in an error."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ckptlint.reports.xml_text import legal_in_xml

if TYPE_CHECKING:
    from typing import Literal


class Suite:
    """One suite, whose counts are those of its cases.

    Parameters
    ----------
    name : str
        What the suite tests.
    file : str or None
        The file that it stands for.
    seconds : float or None
        How long it took.
    properties : dict[str, str] or None
        What else is to be known, by name.
    """

    def __init__(
        self,
        name: str,
        file: str | None = None,
        seconds: float | None = None,
        properties: dict[str, str] | None = None,
    ) -> None:
        self.outcomes: list[str] = []
        self.element = Element("testsuite", name=legal_in_xml(name))
        if seconds is not None:
            self.element.set("time", _time(seconds))
        if file is not None:
            self.element.set("file", legal_in_xml(file))
        if properties:
            listed = SubElement(self.element, "properties")
            for key, value in properties.items():
                SubElement(listed, "property", name=key, value=legal_in_xml(value))

    def add_case(self, classname: str, name: str, seconds: float | None = None) -> Case:
        """Add a case, which passes unless it is told otherwise."""
        element = SubElement(
            self.element, "testcase", classname=legal_in_xml(classname), name=legal_in_xml(name)
        )
        if seconds is not None:
            element.set("time", _time(seconds))
        self.outcomes.append("passed")
        return Case(self, element)

    def add_output(self, text: str, stream: Literal["system-out", "system-err"]) -> None:
        """Add what is to be known besides."""
        SubElement(self.element, stream).text = legal_in_xml(text)


class Case:
    """One case of a suite."""

    def __init__(self, suite: Suite, element: Element) -> None:
        self._suite = suite
        self._element = element

    def end(
        self,
        outcome: Literal["failure", "error", "skipped"],
        kind: str,
        message: str,
        text: str | None = None,
    ) -> None:
        """Say that the case does not pass: why in a line, and in full."""
        element = SubElement(self._element, outcome, type=kind, message=legal_in_xml(message))
        if text is not None:
            element.text = legal_in_xml(text)
        self._suite.outcomes[-1] = outcome

    def add_output(self, text: str) -> None:
        """Add what is to be known of the case."""
        SubElement(self._element, "system-out").text = legal_in_xml(text)


def document(name: str, suites: list[Suite], seconds: float | None = None) -> str:
    """Write suites as one document, in ASCII."""
    root = Element("testsuites", name=name)
    outcomes = [outcome for suite in suites for outcome in suite.outcomes]
    root.attrib |= _counts(outcomes)
    if seconds is not None:
        root.set("time", _time(seconds))
    for suite in suites:
        skipped = suite.outcomes.count("skipped")
        suite.element.attrib |= _counts(suite.outcomes) | {"skipped": str(skipped)}
        root.append(suite.element)
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, "us-ascii").decode()}\n'


def _counts(outcomes: list[str]) -> dict[str, str]:
    return {
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count("failure")),
        "errors": str(outcomes.count("error")),
    }


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"
