"""A made-up answer with every sort of column, charts of it, and looking into an SVG."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from typing import Any

from warehouse.charts.files import Chart, read_chart
from warehouse.sql_files import SqlFile, read_sql_file

ANSWER = read_sql_file(
    "answers",
    "made_up",
    """-- Question: What was made up?
-- Theme: tests
-- Grain: one row per line
-- Reads: models
-- Columns:
--   name: a category
--   other: another
--   kind: a third
--   rate: a number
--   margin: another
--   least: another
--   greatest: another
--   share: 0 to 1
--   group_id: a group
--   n_runs: runs counted
--   n_groups: groups among them
--   enough_data: whether
--   reason: why not
-- Caveats: none
SELECT 1
""",
)
JUDGE = read_sql_file(
    "answers",
    "judge",
    """-- Question: Does it?
-- Theme: tests
-- Grain: one row
-- Reads: models
-- Columns:
--   effect: the effect
--   error: its standard error
--   enough_data: whether
--   reason: why not
-- Caveats: none
SELECT 1
""",
)
ANSWERS: Mapping[str, SqlFile] = {"made_up": ANSWER, "judge": JUDGE}

POINTS = """
kind = "points"
title = "Margins by rate"
joined = "group_id"
[x]
columns = ["rate"]
label = "rate"
scale = "log"
[y]
columns = ["margin"]
label = "margin"
[colour]
columns = ["name"]
label = "name"
[judged_by]
answer = "judge"
effect = "effect"
error = "error"
label = "within groups"
"""
LINES = """
kind = "lines"
title = "Margins over the log"
line = "group_id"
[x]
columns = ["share"]
label = "share"
scale = "share"
[y]
columns = ["margin"]
label = "margin"
"""
BARS = """
kind = "bars"
title = "Rates by name"
[x]
columns = ["rate"]
label = "rate"
[y]
columns = ["name"]
label = "name"
scale = "text"
[colour]
columns = ["kind"]
label = "kind"
"""
DOTS = """
kind = "dots"
title = "Rates and margins by name"
rules = [{ at = 0.5, label = "half" }]
[x]
columns = ["rate", "margin"]
names = ["the rate", "the margin"]
label = "both"
[y]
columns = ["name", "other"]
label = "name and other"
scale = "text"
"""
RANGES = """
kind = "ranges"
title = "Margins by name"
[x]
columns = ["least", "margin", "greatest"]
label = "margin"
[y]
columns = ["name"]
label = "name"
scale = "text"
"""
TILES = """
kind = "tiles"
title = "Shares by name and other"
[x]
columns = ["other"]
label = "other"
scale = "numbered"
[y]
columns = ["name"]
label = "name"
scale = "text"
[value]
columns = ["share"]
label = "per cent"
scale = "share"
"""
KINDS = {"points": POINTS, "lines": LINES, "bars": BARS, "dots": DOTS, "ranges": RANGES, "tiles": TILES}


def chart_of(text: str) -> Chart:
    """A chart of the made-up answer."""
    return read_chart(ANSWER, text, ANSWERS)


def row(**given: Any) -> dict[str, Any]:
    """One row of the made-up answer."""
    values: dict[str, Any] = {
        "name": "a", "other": "1.0", "kind": "k", "rate": 1.0, "margin": 1.0, "least": 0.5, "greatest": 2.0,
        "share": 0.5, "group_id": "g", "n_runs": 10, "n_groups": 6, "enough_data": True, "reason": None,
    }  # fmt: skip
    return values | given


def texts_of(svg: str) -> Iterator[str]:
    """Every text that the picture shows. Fails where it is no XML."""
    for element in ET.fromstring(svg).iter():
        if element.tag.rpartition("}")[2] in ("text", "tspan", "title") and element.text:
            yield element.text


def shown(svg: str) -> str:
    """All of it, a text a line."""
    return "\n".join(texts_of(svg))
