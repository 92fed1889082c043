"""Settings without a sign between name and value: a known name, a number, and nothing else on the line.

What must not move in: whether a line stands where settings stand (`places`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.reading.settings.settings_text import Setting
from etl.reading.vocabularies import SETTINGS

_NAME_AND_NUMBER = re.compile(
    r"^[`*]{0,3}(?P<name>[^\W\d_]\w{1,40}(?: [A-Za-z]\w{1,20}){0,2})[`*]{0,3} {1,40}[`*]{0,3}(?P<value>\d[\d.eE+-]{0,12}[kKMW]?(?: \([^()]{1,60}\))?)[`*]{0,3}$"
)
_NUMBER_AND_NAME = re.compile(
    r"^[`*]{0,3}(?P<value>\d[\d.,]{0,9})[`*]{0,3} (?P<name>[A-Za-z]\w{1,20}(?: [A-Za-z]\w{1,20}){0,2})[`*]{0,3}$"
)
_OPTIMIZER_OF = re.compile(r"^[`*]{0,3}(?P<value>[A-Z][A-Za-z0-9]{1,20})[`*]{0,3} (?P<name>[Oo]ptimi[sz]er)$")


def unassigned(text: str) -> Setting | None:
    """`learning_rate 2e-4`, `learning rate of 2e-4`, `3 epochs`, `Adam optimizer`: a known name, a value, no more."""
    match = _NAME_AND_NUMBER.match(text) or _NUMBER_AND_NAME.match(text) or _OPTIMIZER_OF.match(text)
    name = match["name"].removesuffix(" of") if match else ""
    return Setting(name, match["value"]) if match and (SETTINGS.knows(name) or "_" in name) else None


def unassigned_lines(lines: Sequence[str]) -> list[Setting]:
    """The settings of a block of code that lists them so: `learning_rate   2e-5`."""
    stated = [(i, unassigned(line.strip().rstrip(","))) for i, line in enumerate(lines)]
    return [Setting(s.name, s.value, i) for i, s in stated if s]
