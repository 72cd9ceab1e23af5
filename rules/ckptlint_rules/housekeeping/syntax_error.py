"""The code cannot be parsed.

## What it does

Reports a file, a notebook cell or a Markdown block that is no Python, where its first error
stands. Whatever does parse is still checked: the other cells and blocks, and all other files.

The message says so when the code looks like the syntax of a later Python than the one that runs
ckptlint. The fault is then not the code's: run ckptlint with that Python.

A file that was found in a folder and holds no word of the restart API is not parsed at all, so it
is not reported either. A Python file that is named on the command line always is.

## Why is this bad?

No rule can look at code that does not parse. Without this finding broken
restart code would pass as clean.

## Example

```python
def create_iterator(self, x, coords:
    yield x, coords
```

## Use instead

```python
def create_iterator(self, x, coords):
    yield x, coords
```

A narrow `--select` does not turn this rule off; only `--ignore CKP900` does.

## Proof

None is needed: Python itself refuses the code.
"""

from __future__ import annotations

from ckptlint.rule import Evidence, FixAvailability, Rule, Severity

RULE = Rule(
    code="CKP900",
    name="syntax-error",
    documentation=__doc__,
    severity=Severity.ERROR,
    needles=(),
    fix=FixAvailability.NEVER,
    evidence=(Evidence.STATIC,),
    check=None,
)
