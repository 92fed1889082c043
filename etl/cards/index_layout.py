"""The indentation of a model-index that lost its own: its keys tell it, for every writer nests them alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_ARGUMENT = re.compile(r"\s+(?=[\w-]{1,50}:\s)")


def laid_out(parts: Iterable[str]) -> Iterator[str]:
    """The parts below `model-index:`, each one key and its value without blanks before it, as lines of YAML."""
    inside = ""
    for part in parts:
        dashed = part.startswith("- ")
        key = part.removeprefix("- ").partition(":")[0]
        if dashed and key == "name" and inside != "metrics":
            yield part
            inside = ""
        elif key == "results":
            yield "  " + part
        elif key in ("task", "dataset", "metrics", "source"):
            yield ("  - " if dashed else "    ") + part.removeprefix("- ")
            inside = key
        elif key == "args":
            first, *arguments = _ARGUMENT.split(part)
            yield "      " + first
            yield from ("        " + argument for argument in arguments)
        elif dashed:
            yield "    " + part
        else:
            yield "      " + part
