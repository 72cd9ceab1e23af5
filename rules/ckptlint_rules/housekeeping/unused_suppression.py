"""A suppression comment hides nothing.

## What it does

Reports a `# ckptlint: ignore[...]`, a `# ckptlint: ignore-file[...]` or a code of ours in a
`# noqa: ...` where no finding of that rule is hidden by it. In Markdown the same holds for
`<!-- ckptlint: ignore[...] -->` before a block, and one that stands before no block of Python is
reported too.

A code counts as unused only if its rule really looked: it is selected, it is not ignored for this
file, and the file could be parsed. Codes of other linters and a bare `# noqa` are never reported.

## Why is this bad?

The comment says that the code is wrong in a way that somebody has accepted. When that is no
longer so, it misleads the reader, and it will hide the next mistake on that line.

## Example

```python
with Checkpoint("run", flush_interval=None) as session:
    session.write(lead_time=lead)
    session.flush()  # noqa: CKP301
```

## Use instead

```python
with Checkpoint("run", flush_interval=None) as session:
    session.write(lead_time=lead)
    session.flush()
```

## Fix safety

Safe: only comments change. Codes of other linters in the same `noqa`, other comments on the line,
and text after a `noqa` are kept; the reason of a `ckptlint: ignore` goes with it.

## Proof

None is needed: no finding stands where the comment would hide it.
"""

from __future__ import annotations

from ckptlint.rule import Evidence, FixAvailability, Rule, Severity

RULE = Rule(
    code="CKP901",
    name="unused-suppression",
    documentation=__doc__,
    severity=Severity.WARNING,
    needles=(),
    fix=FixAvailability.SOMETIMES,
    evidence=(Evidence.STATIC,),
    check=None,
)
