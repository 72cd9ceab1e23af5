"""A suppression comment does not say why.

## What it does

Reports `# ckptlint: ignore[...]`, `# ckptlint: ignore-file[...]` and their Markdown form where no
reason follows. `# noqa` has no place for a reason and is not reported.

This rule is off by default; turn it on with `extend-select = ["CKP903"]`.

## Why is this bad?

A restart mistake gives a forecast that looks fine and is wrong. Whoever accepts a finding knows
something that the code does not show, and the next reader needs it.

## Example

```python
yield x, coords  # ckptlint: ignore[CKP201]
```

## Use instead

```python
yield x, coords  # ckptlint: ignore[CKP201] the caller saves, see Ensemble.step
```

## Proof

None is needed: the comment ends where the reason would begin.
"""

from __future__ import annotations

from ckptlint.rule import Evidence, FixAvailability, Rule, Severity

RULE = Rule(
    code="CKP903",
    name="suppression-without-reason",
    documentation=__doc__,
    severity=Severity.WARNING,
    needles=(),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.STATIC,),
    check=None,
    on_by_default=False,
)
