"""`python -m mallops`: the command line."""

from __future__ import annotations

import sys

from mallops.cli import main

if __name__ == "__main__":
    sys.exit(main())
