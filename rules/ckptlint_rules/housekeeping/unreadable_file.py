"""The file cannot be read.

## What it does

Reports a file that cannot be opened, that is not text in the encoding it declares, or that is no
notebook although its name says so. All other files are still checked.

What a file in a folder holds is only decoded if it holds a word of the restart API; one that is
named on the command line always is.

## Why is this bad?

No rule can look at what cannot be read. Without this finding restart
code in such a file would pass as clean.

## Example

```python
# -*- coding: ascii -*-
AUTHOR = "Müller"
```

## Use instead

```python
# -*- coding: utf-8 -*-
AUTHOR = "Müller"
```

A narrow `--select` does not turn this rule off; only `--ignore CKP904` does.

## Proof

None is needed: the file could not be read.
"""

from __future__ import annotations

from ckptlint.rule import Evidence, FixAvailability, Rule, Severity

RULE = Rule(
    code="CKP904",
    name="unreadable-file",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.STATIC,),
    check=None,
)
