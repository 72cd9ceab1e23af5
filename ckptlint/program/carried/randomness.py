"""Which calls draw random numbers, make random generators, and set their state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from astroid import nodes

if TYPE_CHECKING:
    from ckptlint.program.module import Module

LIBRARIES: Final = ("torch", "numpy", "random")

_TORCH_DRAWS: Final = frozenset(
    {
        "bernoulli", "multinomial", "normal", "poisson", "rand", "rand_like", "randint",
        "randint_like", "randn", "randn_like", "randperm",
    }
)  # fmt: skip

DRAWS_IN_PLACE: Final = frozenset(
    {
        "bernoulli_", "cauchy_", "exponential_", "geometric_", "log_normal_", "normal_", "random_",
        "uniform_",
    }
)  # fmt: skip

_NO_DRAWS: Final = frozenset(
    {
        "BitGenerator", "Generator", "MT19937", "PCG64", "PCG64DXSM", "Philox", "Random",
        "RandomState", "SFC64", "SeedSequence", "SystemRandom", "default_rng", "get_state",
        "getstate", "seed", "set_state", "setstate",
    }
)  # fmt: skip

_GENERATORS: Final = frozenset(
    {
        "numpy.random.Generator", "numpy.random.RandomState", "numpy.random.default_rng",
        "random.Random", "torch.Generator",
    }
)  # fmt: skip

SETS_STATE: Final = frozenset({"manual_seed", "seed", "set_state", "setstate"})
"""Methods of random generators after which nothing of their former state is left."""

READS_STATE: Final = frozenset({"get_state", "getstate", "initial_seed"})
"""Methods of random generators that leave them as they are."""

GENERATOR_KEYWORDS: Final = frozenset({"generator", "random_state", "rng"})

_SEEDING: Final = ("seed", "set_rng_state", "set_state", "setstate")
_SHIELDS: Final = ("rng", "seed", "random")


def called_name(call: nodes.NodeNG) -> str:
    """Give the last part of the name that is called; nothing for what is no call."""
    function = call.func if isinstance(call, nodes.Call) else None
    return getattr(function, "attrname", None) or getattr(function, "name", None) or ""


def drawn_library(call: nodes.Call, module: Module) -> str | None:
    """Name the library from whose global generator a call draws, if it draws without a given one.

    A tensor's methods, such as ``normal_``, draw from torch's.
    """
    name = called_name(call)
    if isinstance(call.func, nodes.Attribute) and name in DRAWS_IN_PLACE:
        return "torch"
    if "." not in (path := _dotted(call, module)):
        return None
    package, _, _ = path.partition(".")
    if package == "torch" and path.count(".") == 1 and name in _TORCH_DRAWS:
        return "torch"
    if path.startswith("numpy.random.") and path.count(".") == 2 and name not in _NO_DRAWS:
        return "numpy"
    if package == "random" and path.count(".") == 1 and name not in _NO_DRAWS:
        return "random"
    return None


def seeded_libraries(call: nodes.Call, module: Module) -> tuple[str, ...]:
    """Name the libraries whose global generators a call seeds, or sets the state of.

    A function of another name that speaks of seeding is taken to seed them all.
    """
    name = called_name(call)
    if not any(word in name for word in _SEEDING):
        return ()
    path = _dotted(call, module)
    for library in LIBRARIES:
        if path.startswith(f"{library}."):
            return (library,)
    return LIBRARIES if isinstance(call.func, nodes.Name) or path else ()


def makes_generator(value: nodes.NodeNG | None, module: Module) -> bool:
    """Tell whether an expression makes a random generator, seeded on the spot or not."""
    while isinstance(value, nodes.Call):
        if _dotted(value, module) in _GENERATORS:
            return True
        value = value.func.expr if isinstance(value.func, nodes.Attribute) else None
    return False


def shields_global_state(node: nodes.NodeNG) -> bool:
    """Tell whether `node` stands in a ``with`` that keeps the global random state as it was.

    ``torch.random.fork_rng()`` does, and whatever else is named for seeds or random numbers.
    """
    while node is not None and not isinstance(node, nodes.FunctionDef):
        parent = node.parent
        if isinstance(parent, nodes.With):
            for manager, _ in parent.items:
                name = called_name(manager) if isinstance(manager, nodes.Call) else ""
                if any(word in name for word in _SHIELDS):
                    return True
        node = parent
    return False


def _dotted(call: nodes.Call, module: Module) -> str:
    return module.names.dotted(call.func) or ""
