"""Every setting, declared once: what validates, explains and documents the settings reads this."""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple

from ckptlint.settings.defaults import DEFAULT_CACHE_FOLDER, DEFAULT_EXCLUDE, DEFAULT_INCLUDE


class OptionKind(Enum):
    """The type of a setting's value, as TOML spells it and as an error message calls it."""

    BOOLEAN = "bool", "true or false"
    STRING = "str", "a string"
    STRINGS = "list[str]", "a list of strings"
    PATTERNS = "list[FilePattern]", "a list of file patterns"
    SELECTORS = "list[RuleSelector]", "a list of rule codes, code prefixes or rule names"
    VERSION = "str", 'a version such as "0.19.0"'
    TARGETS = "list[VerifyTarget]", "a list of tables, each with a `target`"
    SELECTOR_TABLE = "dict[str, list[RuleSelector]]", "a table of file patterns and lists of rules"

    def __init__(self, type_name: str, expectation: str) -> None:
        self.type_name = type_name
        self.expectation = expectation


class Option(NamedTuple):
    """One setting.

    `default` and `example` are TOML text, as ``ckptlint config KEY`` shows them.
    """

    key: str
    kind: OptionKind
    default: str
    documentation: str
    example: str


def _toml_list(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


_ALL: Final = (
    Option(
        "select",
        OptionKind.SELECTORS,
        "every rule that is on by default",
        """The rules to run, instead of those that are on by default. An entry is a code
(`CKP201`), the beginning of codes (`CKP2`), a rule's name (`yield-without-save`) or
`ALL`. A rule that is selected by its own code or name also reports what it is not sure of;
see `preview`.""",
        'select = ["CKP1", "redundant-flush"]',
    ),
    Option(
        "ignore",
        OptionKind.SELECTORS,
        "[]",
        """The rules not to run. An entry that is more exact wins over a broader one: with
`select = ["CKP2"]` and `ignore = ["CKP201"]`, CKP201 is off and the rest of CKP2 is
on.""",
        'ignore = ["CKP301"]',
    ),
    Option(
        "extend-select",
        OptionKind.SELECTORS,
        "[]",
        """Rules to run besides those of `select`, of inherited settings, or the default.""",
        'extend-select = ["CKP903"]',
    ),
    Option(
        "extend-ignore",
        OptionKind.SELECTORS,
        "[]",
        """Rules not to run, besides those of `ignore`.""",
        'extend-ignore = ["CKP301"]',
    ),
    Option(
        "per-file-ignores",
        OptionKind.SELECTOR_TABLE,
        "{}",
        """Rules not to report in files that match a pattern. A pattern is compared with the
file's name and with its path from the folder of the settings file; one that begins with `!`
stands for every other file. What patterns may hold is said under `exclude`.""",
        '[tool.ckptlint.per-file-ignores]\n"tests/**" = ["CKP301"]\n"!src/**.py" = ["CKP2"]',
    ),
    Option(
        "extend-per-file-ignores",
        OptionKind.SELECTOR_TABLE,
        "{}",
        """Like `per-file-ignores`, and added to those that an inherited settings file has.""",
        '[tool.ckptlint.extend-per-file-ignores]\n"docs/**" = ["CKP201"]',
    ),
    Option(
        "fixable",
        OptionKind.SELECTORS,
        '["ALL"]',
        """The rules whose findings `--fix` may fix. A finding of any other rule is reported without
its fix.""",
        'fixable = ["CKP301"]',
    ),
    Option(
        "unfixable",
        OptionKind.SELECTORS,
        "[]",
        """The rules whose findings `--fix` leaves alone; they are still reported.""",
        'unfixable = ["CKP101"]',
    ),
    Option(
        "extend-fixable",
        OptionKind.SELECTORS,
        "[]",
        """Rules that `--fix` may fix, besides those of `fixable`.""",
        'extend-fixable = ["CKP201"]',
    ),
    Option(
        "exclude",
        OptionKind.PATTERNS,
        _toml_list(DEFAULT_EXCLUDE),
        """Files and folders to leave out, instead of the default. A pattern without a slash is a
name (`.venv`, `draft_*.py`) found anywhere; one with a slash is a path from the folder of
the settings file (`docs/old/*.md`). `*` stands for any characters, slashes too, `?` for
one, `[ab]` for one of some, `{a,b}` for either, and `**/` for any folders or none. Rather
use `extend-exclude`, which keeps the default.""",
        'exclude = [".venv", "docs/old"]',
    ),
    Option(
        "extend-exclude",
        OptionKind.PATTERNS,
        "[]",
        """Files and folders to leave out besides those of `exclude`.""",
        'extend-exclude = ["vendored", "examples/broken_*.py"]',
    ),
    Option(
        "include",
        OptionKind.PATTERNS,
        _toml_list(DEFAULT_INCLUDE),
        """The files to check in the folders that are searched, instead of the default: Python
files, stubs, notebooks and Markdown. A file named on the command line is checked in
any case.""",
        'include = ["*.py"]',
    ),
    Option(
        "extend-include",
        OptionKind.PATTERNS,
        "[]",
        """Files to check besides those of `include`.""",
        'extend-include = ["*.pyw", "scripts/run"]',
    ),
    Option(
        "force-exclude",
        OptionKind.BOOLEAN,
        "false",
        """Whether `exclude` and `extend-exclude` also hold for a file that is named on the command
line. Programs that name every file, such as pre-commit, want that; our hooks ask for it.""",
        "force-exclude = true",
    ),
    Option(
        "respect-gitignore",
        OptionKind.BOOLEAN,
        "true",
        """Whether to leave out what `.gitignore` files and `.git/info/exclude` leave out. A file
that is named on the command line is checked in any case.""",
        "respect-gitignore = false",
    ),
    Option(
        "fix",
        OptionKind.BOOLEAN,
        "false",
        """Whether to fix what can be fixed safely, as `--fix` does; `--no-fix` overrides it. See
`unsafe-fixes` for what is safe.""",
        "fix = true",
    ),
    Option(
        "unsafe-fixes",
        OptionKind.BOOLEAN,
        "false",
        """Whether fixes that may change what the program means count as fixes too: they are offered
by reports, and applied by `--fix`. Without it only those count that certainly keep it.""",
        "unsafe-fixes = true",
    ),
    Option(
        "fix-only",
        OptionKind.BOOLEAN,
        "false",
        """Whether to fix, and to report nothing of what remains. Implies `fix`.""",
        "fix-only = true",
    ),
    Option(
        "show-fixes",
        OptionKind.BOOLEAN,
        "false",
        """Whether to list what was fixed, by file and rule.""",
        "show-fixes = true",
    ),
    Option(
        "preview",
        OptionKind.BOOLEAN,
        "false",
        """Whether to report, too, what a rule is not sure of. Without it such a finding is reported
only where its rule is selected by its own code or name.""",
        "preview = true",
    ),
    Option(
        "output-format",
        OptionKind.STRING,
        '"full"',
        """The form of the report; `ckptlint check --help` lists the formats. The environment
variable CKPTLINT_OUTPUT_FORMAT and the option `--output-format` override it.""",
        'output-format = "github"',
    ),
    Option(
        "cache-dir",
        OptionKind.STRING,
        f'"{DEFAULT_CACHE_FOLDER}"',
        """The folder of the result cache. A relative path starts at the folder of the settings
file, `~` is your home. The environment variable CKPTLINT_CACHE_DIR and the option `--cache-dir`
override it; a relative path of theirs starts at the current folder.""",
        'cache-dir = "~/.cache/ckptlint"',
    ),
    Option(
        "baseline",
        OptionKind.STRING,
        "none",
        """The file that holds the findings the project knows of, relative to the project root. They
are neither reported nor fixed, and do not fail; `ckptlint --write-baseline` writes it. The
option `--baseline` overrides it, and so does `--no-baseline`.""",
        'baseline = ".ckptlint-baseline.json"',
    ),
    Option(
        "environment",
        OptionKind.STRING,
        "the active one, else `.venv` or `venv` in the project root, else that of ckptlint itself",
        """The virtual or conda environment, or the `site-packages` folder, in which base classes
outside the project are read, and Earth2Studio's version is looked up. Nothing of it is ever
imported. The active one is `$VIRTUAL_ENV` or `$CONDA_PREFIX`; the one that pre-commit makes for
its hook does not count.""",
        'environment = ".venv"',
    ),
    Option(
        "earth2studio-version",
        OptionKind.VERSION,
        "the installed one, else the one that the project locks or pins, else the newest known",
        """The version of Earth2Studio that the code is checked against. What is installed in the
environment is told by its name alone; of the project's files `uv.lock`, `poetry.lock`,
`pylock.toml`, `requirements*.txt` and `pyproject.toml` count, in this order.""",
        'earth2studio-version = "0.19.0"',
    ),
    Option(
        "src",
        OptionKind.STRINGS,
        '[".", "src"]',
        """The folders from which the project's own modules are imported. A relative path starts at
the folder of the settings file. The folder that Python would look in for a file's neighbours,
its own or the one above its package, comes before them.""",
        'src = ["src", "tools"]',
    ),
    Option(
        "verify",
        OptionKind.TARGETS,
        "[]",
        """What `ckptlint verify` runs where it is called without a target: for each entry a
`target`, as `file.py::name` or `package.module:name`, and if wanted `steps`, `device` (`auto`,
`cpu`, `cuda`, `cuda:N` or `rehearse`), `initial-condition` (a function without arguments that
gives `(x, coords)`, named as a target is), `members` (of an ensemble) and `tolerance` (the
largest difference in value that is accepted). A relative path starts at the folder of the
settings file.""",
        '[[tool.ckptlint.verify]]\ntarget = "src/model.py::build"\nsteps = 20',
    ),
    Option(
        "extend",
        OptionKind.STRING,
        "none",
        """Another settings file, whose settings hold where this one says nothing. A relative
path starts at the folder of this file; patterns in that file start at its own folder.""",
        'extend = "../pyproject.toml"',
    ),
    Option(
        "required-version",
        OptionKind.STRING,
        "none",
        """The versions of ckptlint that may read these settings: one version, or conditions
divided by commas (`==`, `!=`, `>=`, `>`, `<=`, `<`). Any other version stops with an
error.""",
        'required-version = ">=0.1,<0.2"',
    ),
)

OPTIONS: Final = {option.key: option for option in _ALL}
"""All settings by their key, in the order in which they are documented."""
