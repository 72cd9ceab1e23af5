"""Calls that write output, and calls that commit a row of a checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from astroid import nodes

from ckptlint.program.interpretation.values import Function, Session
from ckptlint.program.syntax import nodes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ckptlint.program.module import Module
    from ckptlint.program.workflow.scopes import Workflows

_WRITING_METHODS: Final = frozenset({"to_netcdf", "to_zarr", "tofile", "write_bytes", "write_text"})
_WRITING_FUNCTIONS: Final = frozenset(
    {"numpy.save", "numpy.savetxt", "numpy.savez", "numpy.savez_compressed", "torch.save"}
)
_OF_LOGS: Final = ("log", "progress", "status", "std")
_DEEPEST: Final = 3


@dataclass(frozen=True)
class Effects:
    """What the calls of a module write.

    Parameters
    ----------
    module : Module
        The module.
    workflows : Workflows
        The scopes that may use a session, and their calls.
    """

    module: Module
    workflows: Workflows

    @cached_property
    def commits(self) -> dict[nodes.Call, Session]:
        """The calls by which a known session commits, or may commit, with the session.

        That is each `write`, or each `flush` where only that commits.
        """
        found = {}
        for method in ("write", "flush"):
            for call, sessions in self.workflows.session_calls(method):
                intervals = {session.checkpoint.interval for session in sessions}
                if (None in intervals) is (method == "flush") and len(intervals) == 1:
                    found[call] = sessions[0]
        return found

    def commits_in(self, call: nodes.Call) -> tuple[nodes.Call, ...]:
        """Give the commits that `call` is or makes; none where it writes output as well."""
        commits = self._commits_in.get(call)
        if commits is None:
            inside = [*self._inside(call, _DEEPEST)]
            commits = tuple(one for one in inside if one in self.commits)
            if commits and any(self.is_output(one) for one in inside):
                commits = ()
            self._commits_in[call] = commits
        return commits

    @cached_property
    def _commits_in(self) -> dict[nodes.Call, tuple[nodes.Call, ...]]:
        return {}

    def outputs_in(self, call: nodes.Call) -> tuple[nodes.Call, ...]:
        """Give the outputs that `call` is or writes; none where it commits as well."""
        inside = [*self._inside(call, _DEEPEST)]
        if any(one in self.commits for one in inside):
            return ()
        return tuple(one for one in inside if self.is_output(one))

    def is_output(self, call: nodes.Call) -> bool:
        """Tell whether `call` itself writes output: to an IO backend, an array file, a text file.

        What is written to a log is none.
        """
        function = call.func
        if not isinstance(function, nodes.Attribute):
            return False
        if function.attrname in _WRITING_METHODS:
            return not self._is_log(function.expr)
        if function.attrname.startswith("save"):
            return self.module.names.dotted(function) in _WRITING_FUNCTIONS
        if function.attrname != "write" or not call.args or self._is_log(function.expr):
            return False
        ways = self.workflows.calls.get(call, ())
        if any(
            isinstance(way.receiver, Session) or isinstance(way.callee, Function) for way in ways
        ):
            return False
        return len(call.args) + len(call.keywords) > 1 or _is_open_file(function.expr)

    def _is_log(self, node: nodes.NodeNG) -> bool:
        return any(word in node.as_string().lower() for word in _OF_LOGS)

    def _inside(self, call: nodes.Call, depth: int) -> Iterator[nodes.Call]:
        """Give `call`, and the calls made by functions of the module that it runs."""
        yield call
        ways = self.workflows.calls.get(call, ()) if depth else ()
        for callee in {way.callee.node for way in ways if isinstance(way.callee, Function)}:
            for inner in nodes_in(callee, nodes.Call):
                if inner.frame() is callee:
                    yield from self._inside(inner, depth - 1)


def _is_open_file(node: nodes.NodeNG) -> bool:
    """Tell whether a name is bound by ``open``, and by nothing else."""
    if not isinstance(node, nodes.Name):
        return False
    bindings = node.frame().locals.get(node.name, ())
    return bool(bindings) and all(_is_opened(one) for one in bindings)


def _is_opened(binding: nodes.NodeNG) -> bool:
    statement = binding.parent
    value = statement.value if isinstance(statement, nodes.Assign) else None
    if isinstance(statement, nodes.With):
        value = next((one for one, target in statement.items if target is binding), None)
    function = value.func if isinstance(value, nodes.Call) else None
    return getattr(function, "attrname", getattr(function, "name", None)) == "open"
