"""The last day of a suppression comment is over.

## What it does

A suppression may name its last day, in any form: `# noqa: CKP301 until=2027-01-31`,
`# ckptlint: ignore[CKP301] until=2027-01-31 REASON`, `# ckptlint: ignore-file[...]`, and the HTML
comment before a Markdown block. After that day what it hid is reported again, and so is the comment.

What counts is the local day when the run begins. The environment variable `CKPTLINT_TODAY` names
another one, to see what will be reported then: `CKPTLINT_TODAY=2027-02-01 ckptlint`.

A comment that has expired and hides nothing is unused (CKP901). One whose day cannot be read is
reported (CKP902), and hides nothing.

## Why is this bad?

Somebody has accepted a mistake for a time, and the time is over. A restart mistake that is
forgotten gives a forecast that looks fine and is wrong.

## Example

```python
session.flush()  # noqa: CKP301 until=2026-06-30 until the store of the cluster is replaced
```

## Use instead

Mend what is reported there. If it has to stay, give it another day:

```python
session.flush()  # noqa: CKP301 until=2027-06-30 the new store comes with the next machine
```

## Proof

None is needed: the day is over.
"""

from __future__ import annotations

from ckptlint.rule import Evidence, FixAvailability, Rule, Severity

RULE = Rule(
    code="CKP905",
    name="expired-suppression",
    documentation=__doc__,
    severity=Severity.WARNING,
    needles=(),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.STATIC,),
    check=None,
)
