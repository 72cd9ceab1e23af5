"""The JSON schemas that reports are held against."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft7Validator

_DATA = Path(__file__).parent / "data"


@cache
def schema_of(name: str) -> Draft7Validator:
    """Give the validator of a schema that stands beside the tests."""
    schema = json.loads((_DATA / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)
