"""Runs every benchmark of speed, each in a process of its own, so that one's memory is not another's."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import benchmarks

ANOTHER_COMMAND = {"__main__", "score", "fuzz", "corpus", "synthetic", "accuracy"}
"""Modules that measure no speed, or that only others need."""


def names() -> list[str]:
    """The benchmarks that there are."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name for name in found if name not in ANOTHER_COMMAND)


def main() -> int:
    """Run them all, or those named; 1 if one failed."""
    wanted = sys.argv[1:] or names()
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        print(f"there is no benchmark {', '.join(unknown)}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    failed = []
    for name in wanted:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
        print(flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
