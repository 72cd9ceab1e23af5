"""What a run said of the findings of files is kept in the cache of their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ckptlint.cli.verify_kept import keep_confirmations
from ckptlint.engine.confirmations import ConfirmationStore
from ckptlint.settings.discovery import Discovery
from ckptlint.verify.verdict import Confirmation, FindingVerdict, TargetVerdict, Verdict

if TYPE_CHECKING:
    from pathlib import Path


def test_each_file_by_its_own_settings(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "ckptlint.toml").write_text("", encoding="utf-8")
    (tmp_path / "inner" / "ckptlint.toml").write_text('cache-dir = "kept"\n', encoding="utf-8")
    paths = [str(tmp_path / "model.py"), str(tmp_path / "inner" / "base.py")]
    findings = tuple(
        FindingVerdict(
            "CKP201", "yield-without-save", path, 3, 5, "no save", Confirmation.CONFIRMED, "it is"
        )
        for path in paths
    )
    verdict = TargetVerdict("model.py::build", Verdict.DIVERGES, "cpu", findings=findings)
    keep_confirmations([verdict], dict.fromkeys(paths, b"x"), Discovery(str(tmp_path)))
    for path, cache in zip(paths, (".ckptlint_cache", "inner/kept"), strict=True):
        (kept,) = ConfirmationStore(str(tmp_path / cache)).kept(path, b"x")
        assert tuple(kept) == (
            *("CKP201", "no save", 3, 5, "confirmed", "it is", "model.py::build", "cpu"),
        )
