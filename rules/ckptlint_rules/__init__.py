"""The built-in rules, one file per rule, grouped by what they are about."""
