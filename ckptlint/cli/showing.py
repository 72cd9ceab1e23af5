"""What ``--show-files`` and ``--show-settings`` print."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from ckptlint.engine.selection import select_rules
from ckptlint.rule import FixAvailability

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ckptlint.engine.check import Target
    from ckptlint.engine.registry import Registry
    from ckptlint.rule import Rule
    from ckptlint.settings.settings import PathPattern


def file_listing(targets: Iterable[Target]) -> str:
    """List the files that would be checked, absolute and in order."""
    return "".join(f"{path}\n" for path in sorted(os.path.abspath(each.path) for each in targets))


def settings_listing(target: Target, registry: Registry) -> str:
    """Show the settings that hold for a file, as TOML."""
    settings = target.settings
    path = os.path.abspath(target.path)
    selection = select_rules(
        registry, settings.selections, settings.per_file_ignores, preview=settings.preview
    )
    enabled = selection.codes_for(path)
    groups: dict[str, dict[str, object]] = {
        "Files": {
            "project-root": settings.root,
            "settings-files": settings.files,
            "include": _shown(settings.include),
            "exclude": _shown(settings.exclude),
            "force-exclude": settings.force_exclude,
            "respect-gitignore": settings.respect_gitignore,
            "src": settings.src,
            "environment": settings.environment or "",
            "earth2studio-version": settings.earth2studio_version or "",
            "baseline": settings.baseline or "",
            "cache-dir": settings.cache_dir,
        },
        "Rules": {
            "preview": settings.preview,
            "enabled": [_named(rule) for rule in registry.rules if rule.code in enabled],
            "fixable": [
                _named(rule)
                for rule in registry.rules
                if rule.code in selection.fixable and rule.fix is not FixAvailability.NEVER
            ],
        },
        "Fixes and report": {
            "fix": settings.fix,
            "fix-only": settings.fix_only,
            "unsafe-fixes": settings.unsafe_fixes,
            "show-fixes": settings.show_fixes,
            "output-format": settings.output_format,
        },
    }
    lines = [f"# The settings for {path}"]
    for title, group in groups.items():
        lines += ["", f"# {title}", *(_line(key, value) for key, value in group.items())]
    return "\n".join(lines) + "\n"


def _named(rule: Rule) -> str:
    return f"{rule.code} ({rule.name})"


def _shown(patterns: Iterable[PathPattern]) -> list[str]:
    return [each.pattern for each in patterns]


def _line(key: str, value: object) -> str:
    """Write a setting; what JSON writes is TOML too for these values."""
    if isinstance(value, list | tuple) and value:
        entries = "".join(f"    {json.dumps(entry)},\n" for entry in value)
        return f"{key} = [\n{entries}]"
    return f"{key} = {json.dumps(value)}"
