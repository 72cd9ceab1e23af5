"""What does not go with ``--write-baseline`` and ``--add-noqa``, which write what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.cli.errors import CallError
from ckptlint.cli.exit_codes import ExitCode
from ckptlint.engine.day import today
from ckptlint.engine.directives import Form, new_directive, read_directives

if TYPE_CHECKING:
    from argparse import Namespace

    from ckptlint.cli.targets import Inputs


def refuse_unusable_options(options: Namespace, inputs: Inputs) -> None:
    """Refuse a call before anything is checked or written.

    Raises
    ------
    CallError
        If an option contradicts another, or not all that was named is there.
    """
    name = "--write-baseline" if options.write_baseline else "--add-noqa"
    others = [
        ("--add-noqa", options.write_baseline and options.add_noqa is not None),
        ("--no-baseline", options.write_baseline and options.baseline == ""),
        ("--ignore-noqa", options.ignore_noqa),
        ("--statistics", options.statistics and not options.write_baseline),
        ("--fix", options.fix or options.fix_only),
        ("--diff", options.diff),
        ("-", inputs.data is not None),
    ]
    for other, is_given in others:
        if is_given:
            raise CallError(f"`{name}` cannot be joined with `{other}`")
    if options.add_noqa:
        _refuse_unusable_reason(options.add_noqa)
    if inputs.exit_code is ExitCode.FAILURE:
        raise CallError(f"`{name}` writes nothing, for not all that was named can be checked")


def _refuse_unusable_reason(reason: str) -> None:
    (directive, *_) = read_directives(new_directive(Form.NOQA, ["CKP000"], reason))
    if directive.problem is not None:
        raise CallError(f"`--add-noqa`: {directive.problem}")
    if directive.until is not None and directive.until < today():
        raise CallError(f"`--add-noqa`: the day of `until={directive.until}` is over")
