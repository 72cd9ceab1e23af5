"""``python -m ckptlint``."""

# Not even `__future__` is imported before the current folder is off the path.
import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        # Python has put the current folder first, and there lies the code that is linted: none of
        # it may stand for a module that is imported from here on.
        del sys.path[0]

    from ckptlint.cli.main import main

    sys.exit(main())
