"""The colours of pictures and pages: each once for light and once for dark.

Promises: a picture uses no other colours than these, so that a dark page turns every one of them. The six colours of
categories are told apart by people who see no red or no green, and every mark stands out from its ground at 3 to 1; a
test computes both.

What must not move in: how a mark looks (`warehouse.charts.drawing`), a page's layout (`warehouse/report.html`).
"""

from __future__ import annotations

from collections.abc import Mapping

INK, MUTED, GRID, GROUND, ALARM = "#1b2430", "#5b6675", "#dfe3e8", "#ffffff", "#a3350c"
REST = "#7d8792"
"""The colour of what is not told apart any more."""

CATEGORY = ("#176caf", "#8b2c01", "#19a35f", "#7f103e", "#a98c0a", "#4f1bdd")
"""Six hues, moved apart by a search for the greatest least difference, to all eyes (CIELAB distance 29; dark: 26)."""

RAMP = ("#cbdded", "#99bfdf", "#619acb", "#2f74af", "#0f4b7f")
"""Little to much, one hue."""

ON_LITTLE, ON_MUCH = "#1b2431", "#fffffe"
"""Text on the ramp's lower and upper steps."""
DARK_FROM = 3
"""The first step of the ramp that carries ON_MUCH."""

DARK: Mapping[str, str] = {
    INK: "#e6e9ed",
    MUTED: "#a4adb8",
    GRID: "#333a43",
    GROUND: "#14181d",
    ALARM: "#ff9a6b",
    REST: "#8b95a1",
    **dict(zip(CATEGORY, ("#95e8fe", "#ed8461", "#68ebbd", "#e52ccc", "#f7d449", "#7a49fd"), strict=True)),
    **dict(zip(RAMP, ("#24384b", "#2a5073", "#33699a", "#6fafde", "#b9dcf7"), strict=True)),
    ON_LITTLE: "#e6e9ee",
    ON_MUCH: "#0d1014",
}
"""What each colour is on a dark page."""


def dark_rules(within: str = "") -> str:
    """CSS that turns a picture's colours on a dark page. Programs that know no media queries show the light ones."""
    rules = [
        f'{within}[{attribute}="{light}"]{{{attribute}:{dark}}}'
        for light, dark in DARK.items()
        for attribute in ("fill", "stroke")
    ]
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"
