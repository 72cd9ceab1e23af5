"""The options of ``ckptlint verify``."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING, Final

from ckptlint.cli.arguments import (
    OneOf,
    Parser,
    add_common_options,
    add_settings_options,
    device,
    positive,
)
from ckptlint.verify.reports.formats import FORMATS

if TYPE_CHECKING:
    from argparse import _ArgumentGroup

CHECKS: Final = {
    "exact-restart": "restarts after each stop go on bit for bit",
    "fresh-state": "what is saved at a yield is the boundary yielded there",
    "hidden-state": "what a step changes and reads is brought back",
    "independent-iterators": "a second rollout starts from its own initial condition",
    "members": "workflows killed at each write end in the same output",
    "levels": "levels 0 and 1 restart from the initial condition",
    "isolation": "a consumer's changes in place reach no restart",
    "placement": "what was saved on one device is restored on another",
    "kill": "a rollout killed at a random instant goes on exactly",
    "workflow-restart": "a workflow killed at each write ends in the same output",
    "no-op-flush": "a flush that is called redundant changes nothing",
    "cost": "what saving adds to a step, and whether memory grows",
}

_EPILOG = (
    "Checks:\n"
    + "".join(f"  {name:<23}{purpose}\n" for name, purpose in CHECKS.items())
    + """
Examples:
  ckptlint verify src/model.py::build
  ckptlint verify package.models:Forecast --device cuda --steps 40
  ckptlint verify src/ --checks exact-restart,members
  ckptlint verify src/model.py::build --report restarts.html

Exit codes:
  0  every target is exact
  1  a target diverges
  2  a target is unproven, or something is wrong with the call
"""
)


def verify_parser() -> Parser:
    """Declare the options of ``verify``."""
    parser = Parser(
        "ckptlint verify",
        "[OPTIONS] [TARGET|PATH ...]",
        "Prove restarts by running them: a rollout is stopped after each step, restarted\n"
        "in a fresh process, and compared with the uninterrupted one bit for bit.\n\n"
        "This runs the code of your models, and all that it imports.\n\n"
        "A TARGET is `file.py::name` or `package.module:name`: a class or a function that\n"
        "gives a model without arguments, or a function whose argument is a `path`, which\n"
        "is a workflow. Under a PATH every target that can be found is run. Without\n"
        "either, the targets of the settings are run, or those under the current folder.",
        _EPILOG,
    )
    _declare_rollouts(parser.add_argument_group("Rollouts"))
    _declare_report(parser.add_argument_group("Report"))
    _declare_running(parser.add_argument_group("Processes"))
    add_settings_options(parser)
    add_common_options(parser)
    return parser


def _declare_rollouts(group: _ArgumentGroup) -> None:
    group.add_argument(
        "--checks", metavar="CHECKS", action="append", help="Run these checks, divided by commas"
    )
    group.add_argument(
        "--device",
        metavar="DEVICE",
        type=device,
        help="auto (CUDA if there is any), cpu, cuda, cuda:N, or rehearse: tensors that only claim "
        "to be on an accelerator",
    )
    group.add_argument(
        "--steps",
        metavar="N",
        type=positive,
        help="Steps of a rollout; by default 12, or as many as two cycles of sub-steps take",
    )
    group.add_argument(
        "--stops", metavar="N", type=positive, help="Restart after at most N stops (24)"
    )
    group.add_argument(
        "--kills", metavar="N", type=positive, help="Kill a rollout N times at random instants (5)"
    )
    group.add_argument("--members", metavar="N", type=positive, help="Members of an ensemble (3)")
    group.add_argument(
        "--tolerance",
        metavar="X",
        type=_amount,
        help="Accept differences in value up to X; by default every bit must agree",
    )
    group.add_argument(
        "--initial-condition",
        metavar="TARGET",
        help="A function that gives (x, coords); by default random fields on input_coords()",
    )
    group.add_argument(
        "--seed", metavar="N", type=_whole, help="Draw the instants of kills from this seed (0)"
    )


def _declare_report(group: _ArgumentGroup) -> None:
    group.add_argument(
        "--output-format",
        metavar="FORMAT",
        type=OneOf(FORMATS),
        help=f"Write the report as {', '.join(FORMATS)}",
    )
    group.add_argument(
        "-o", "--output-file", metavar="FILE", help="Write the report to a file, not to stdout"
    )
    group.add_argument(
        "--report",
        metavar="FILE",
        action="append",
        help="Draw how far each restart leaves the trajectory: FILE.html, FILE.png or FILE.svg",
    )
    group.add_argument(
        "--list", action="store_true", help="Only list the targets that would be run"
    )


def _declare_running(group: _ArgumentGroup) -> None:
    group.add_argument(
        "--timeout", metavar="SECONDS", type=_above_zero, help="Time limit of each process (300)"
    )
    group.add_argument(
        "--memory", metavar="GIB", type=_above_zero, help="Memory limit of each process (16)"
    )
    group.add_argument(
        "-j", "--jobs", metavar="N", type=positive, help="Use at most N processes at a time"
    )
    group.add_argument(
        "--workspace",
        metavar="FOLDER",
        help="Keep trajectories in this folder while they are needed",
    )
    group.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="Run on a dask.distributed cluster: the address of its scheduler, or its scheduler "
        "file; needs a --workspace that all workers share",
    )


def _amount(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise ArgumentTypeError(f"`{text}` is not a number that is zero or more")
    return value


def _above_zero(text: str) -> float:
    value = _amount(text)
    if value:
        return value
    raise ArgumentTypeError(f"`{text}` is not a number above zero")


def _whole(text: str) -> int:
    if text.isascii() and text.isdigit():
        return int(text)
    raise ArgumentTypeError(f"`{text}` is not a whole number")
