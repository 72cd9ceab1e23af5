"""What a restart loses of what a rollout carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ckptlint.program.bound_state import bound_attributes

if TYPE_CHECKING:
    from collections.abc import Callable

    from astroid import nodes

    from ckptlint.program.carried.records import Carried, CarriedState
    from ckptlint.program.classes import Class
    from ckptlint.program.module import Module


@dataclass(frozen=True, slots=True)
class LostState:
    """Something carried that a restarted rollout begins anew.

    Parameters
    ----------
    carried : Carried
        What it is.
    concrete : Class or None
        The class of the model.
    site : NodeNG
        Where to report it: at its change, or at the model's class if that stands elsewhere.
    """

    carried: Carried
    concrete: Class | None
    site: nodes.NodeNG


def lost_state(
    module: Module,
    states: tuple[CarriedState, ...],
    restarts_parent: Callable[[Class | None], bool],
) -> tuple[LostState, ...]:
    """Find what is carried and neither restored nor the boundary itself, once for each change.

    What is saved, and lost only because the parent's rollout is started again on it, is left to
    the question of restarted parents.
    """
    found: dict[tuple[nodes.NodeNG, str], LostState] = {}
    for state in states:
        concrete = state.rollout.frame.concrete
        for one in state.carried:
            if one.is_restored or one.is_boundary:
                continue
            site = _site(one, state, module)
            if site is None or (one.is_saved and restarts_parent(concrete)):
                continue
            found.setdefault((one.change.node, one.name), LostState(one, concrete, site))
    return tuple(sorted(found.values(), key=_place))


def _site(one: Carried, state: CarriedState, module: Module) -> nodes.NodeNG | None:
    """Give where to report: None where the file that the change stands in reports it itself."""
    if one.change.module is module:
        return one.change.node
    frame = state.rollout.frame
    if frame.module is not module or frame.concrete is None:
        return None
    owner = one.change.module.class_of(one.change.node.frame())
    if owner is not None and bound_attributes(owner):
        return None
    return frame.concrete.node


def _place(found: LostState) -> tuple[int, int]:
    return found.site.lineno, found.site.col_offset
