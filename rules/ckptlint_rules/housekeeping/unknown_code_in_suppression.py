"""A suppression comment names no rule that there is.

## What it does

Reports a code or a name in a suppression comment that stands for no rule, and a comment that
begins with `ckptlint:` and cannot be understood. In a `# noqa: ...` only codes that begin with the
letters of our own are looked at; those of other linters are left to them.

## Why is this bad?

Such a comment hides nothing. Its author believes that it does, or it hid a finding once and the
rule has since been renamed.

## Example

```python
session.flush()  # ckptlint: ignore[redundant-flsuh] kept for the tutorial
```

## Use instead

```python
session.flush()  # ckptlint: ignore[redundant-flush] kept for the tutorial
```

## Proof

None is needed: the list of rules is known. `ckptlint rule --all` shows it.
"""

from __future__ import annotations

from ckptlint.rule import Evidence, FixAvailability, Rule, Severity

RULE = Rule(
    code="CKP902",
    name="unknown-code-in-suppression",
    documentation=__doc__,
    severity=Severity.WARNING,
    needles=(),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.STATIC,),
    check=None,
)
