"""What begins a run in a session: a built-in workflow, or the iterator of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.api.changes import WORKFLOWS
from ckptlint.program.bound_state import is_call_of
from ckptlint.program.facts import ITERATOR_METHODS
from ckptlint.program.interpretation.values import Checkpoint, Constant, Session
from ckptlint.program.syntax import nodes_in
from ckptlint.program.workflow.resumed_models import ResumedModel, model_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ckptlint.program.interpretation.observations import Called
    from ckptlint.program.interpretation.values import Value
    from ckptlint.program.module import Module
    from ckptlint.program.workflow.scopes import Workflows

_PARAMETERS: Final = {
    "deterministic": ("time", "nsteps", "prognostic", "data", "io"),
    "diagnostic": ("time", "nsteps", "prognostic", "diagnostic", "data", "io"),
    "ensemble": ("time", "nsteps", "nensemble", "prognostic", "data", "io", "perturbation"),
}
_BEGIN_WITH: Final = ("time", "data", "prognostic", "diagnostic", "perturbation")
_FULL: Final = 2


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A call of a built-in workflow with a checkpoint.

    Parameters
    ----------
    name : str
        The workflow.
    arguments : dict[str, NodeNG]
        Its arguments by their parameters, as far as they are named here.
    inputs : tuple[NodeNG, ...]
        Those that tell which run it is; the start times come first.
    checkpoint : int
        The place of the checkpoint among the values of the call's arguments.
    """

    name: str
    arguments: dict[str, nodes.NodeNG]
    inputs: tuple[nodes.NodeNG, ...]
    checkpoint: int


def built_in_call(call: nodes.Call, module: Module) -> BuiltIn | None:
    """Tell what a call of a built-in workflow is given; None for other calls."""
    places = [place for place, word in enumerate(call.keywords) if word.arg == "checkpoint"]
    starred = any(isinstance(one, nodes.Starred) for one in call.args)
    if not places or starred or any(word.arg is None for word in call.keywords):
        return None
    workflow = next((one for one in WORKFLOWS if is_call_of(one, module, call)), None)
    if workflow is None:
        return None
    name = workflow.rpartition(".")[2]
    arguments = dict(zip(_PARAMETERS[name], call.args, strict=False))
    arguments.update((word.arg, word.value) for word in call.keywords if word.arg is not None)
    inputs = tuple(arguments[one] for one in _BEGIN_WITH if one in arguments)
    return BuiltIn(name, arguments, inputs, len(call.args) + places[0])


@dataclass(frozen=True, slots=True)
class Run:
    """One run in a session at level 2.

    Parameters
    ----------
    call : Call
        What begins it.
    opener : NodeNG
        What opens its session; the call itself where that is a built-in workflow.
    checkpoint : Checkpoint
        The Checkpoint of its session.
    inputs : tuple[NodeNG, ...]
        What tells which run it is.
    model : ResumedModel
        What its model does with a row.
    counts : bool
        Whether the writes of the session are counted, the earlier ones too.
    output : NodeNG or None
        The output that a built-in workflow is given.
    """

    call: nodes.Call
    opener: nodes.NodeNG
    checkpoint: Checkpoint
    inputs: tuple[nodes.NodeNG, ...]
    model: ResumedModel
    counts: bool
    output: nodes.NodeNG | None = None

    @property
    def may_take_any_row(self) -> bool:
        """Whether it may go on from a row that another run has left."""
        return self.counts or self.model in (ResumedModel.ANY_RUN, ResumedModel.UNKNOWN)

    @property
    def takes_any_row(self) -> bool:
        """Whether it is known to do so."""
        return self.counts or self.model is ResumedModel.ANY_RUN

    @property
    def is_built_in(self) -> bool:
        """Whether it is a built-in workflow."""
        return self.call is self.opener

    @property
    def made(self) -> nodes.Call:
        """The call that makes the Checkpoint."""
        assert self.checkpoint.made_by is not None
        return self.checkpoint.made_by

    @property
    def shown(self) -> nodes.NodeNG:
        """The expression that names the Checkpoint where it is opened, or given to a workflow."""
        match self.opener:
            case nodes.With():
                return self.opener.items[0][0] if len(self.opener.items) == 1 else self.opener
            case nodes.Call(func=nodes.Attribute(attrname="select")):
                return self.opener.func.expr
        for word in self.call.keywords:
            if self.is_built_in and word.arg == "checkpoint":
                return word.value
        return self.opener


def runs_of(module: Module, workflows: Workflows) -> Iterator[Run]:
    """Give the runs of `module` in sessions that save and restore all, each as it is made."""
    for call, ways in workflows.calls.items():
        if call.root() is not module.tree:
            continue
        built_in = built_in_call(call, module)
        if built_in is not None:
            yield from _built_in_run(call, ways, built_in)
        elif getattr(call.func, "attrname", None) in ITERATOR_METHODS:
            yield from _own_run(call, ways, module)


def _built_in_run(call: nodes.Call, ways: tuple[Called, ...], built_in: BuiltIn) -> Iterator[Run]:
    for checkpoint in checkpoints_of(way.arguments[built_in.checkpoint] for way in ways):
        if is_resumed(checkpoint):
            inputs, output = built_in.inputs, built_in.arguments.get("io")
            yield Run(call, call, checkpoint, inputs, ResumedModel.UNKNOWN, True, output)


def checkpoints_of(values: Iterable[Value]) -> dict[Checkpoint, None]:
    """Give the Checkpoints among `values`, and those of the sessions among them."""
    found = (value.checkpoint if isinstance(value, Session) else value for value in values)
    return dict.fromkeys(one for one in found if isinstance(one, Checkpoint))


def _own_run(call: nodes.Call, ways: tuple[Called, ...], module: Module) -> Iterator[Run]:
    model = model_of(call.func.expr, module)
    inputs = (*call.args, *(word.value for word in call.keywords))
    for session in dict.fromkeys(way.sessions[-1] for way in ways if way.sessions):
        opener = session.opened_by
        if opener is None or not is_resumed(session.checkpoint):
            continue
        if session.is_selected and not _selects_newest(opener):
            continue
        counts = reads({"write_count"}, opener.statement())
        yield Run(call, opener, session.checkpoint, inputs, model, counts)


def is_resumed(checkpoint: Checkpoint) -> bool:
    """Tell whether a Checkpoint is made here, and at level 2 for certain."""
    level = checkpoint.level
    return checkpoint.made_by is not None and isinstance(level, Constant) and level.value == _FULL


def _selects_newest(opener: nodes.NodeNG) -> bool:
    return isinstance(opener, nodes.Call) and [one.as_string() for one in opener.args] == ["-1"]


def reads(names: frozenset[str] | set[str], region: nodes.NodeNG) -> bool:
    """Tell whether an attribute of one of some names is read in `region`."""
    return any(one.attrname in names for one in nodes_in(region, nodes.Attribute))
