"""A picture as SVG or PNG: the title, the lines below it, the panels.

Promises: needs no network, no display and no installed font; the same picture gives the same SVG, byte for byte, on
any machine (of a PNG's letters the installed fonts decide); its colours are those of `warehouse.theme` and turn on a
dark page.

What must not move in: which rows and which words (`warehouse.charts.pictures`), marks (`plane`, `rows`).
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

from warehouse import theme
from warehouse.charts.files import Kind
from warehouse.charts.marks import Panel
from warehouse.charts.parts import WIDE, Look, plot, wrapped
from warehouse.charts.pictures import Picture
from warehouse.charts.plane import draw_plane
from warehouse.charts.rows import draw_rows
from warehouse.database import WarehouseError
from warehouse.lake import whole_file
from warehouse.plain_text import cut

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first is in vl-convert itself and as wide, letter for letter, as the next two, which readers have."""

PNG = ".png"
SUFFIXES = (".svg", PNG)


class BadPlace(WarehouseError):
    """No picture can be written there."""


def svg(picture: Picture, look: Look = WIDE) -> str:
    """The picture as an SVG document."""
    drawn: str = vl_convert.vegalite_to_svg(_whole(picture, look).to_dict(), allowed_base_urls=[])
    opening, rest = drawn.split(">", 1)
    title = html.escape(cut(picture.chart.title, 300))
    return f'{opening} role="img"><title>{title}</title><style>{theme.dark_rules()}</style>{rest}\n'


def png(picture: Picture, look: Look = WIDE) -> bytes:
    """The picture as a PNG of twice its size, light."""
    drawn: bytes = vl_convert.svg_to_png(svg(picture, look), scale=2)
    return drawn


def check_place(file: Path) -> None:
    """Raise BadPlace where no picture can be written to `file`, before any work is done."""
    if file.suffix not in SUFFIXES:
        raise BadPlace(f"{file.name} ends in none of {', '.join(SUFFIXES)}: a picture is one of these")
    if not file.parent.is_dir():
        raise BadPlace(f"there is no folder {file.parent} for {file.name}")


def write_picture(file: Path, picture: Picture) -> None:
    """Write the picture, SVG or PNG by the file's suffix, whole or not at all. Raises BadPlace."""
    check_place(file)
    drawn = png(picture) if file.suffix == PNG else svg(picture).encode()
    with whole_file(file) as part:
        part.write_bytes(drawn)


def _whole(picture: Picture, look: Look) -> Any:
    """Title and alarms above, the other lines below them, then the panels."""
    firsts = {p.is_binned: p for p in reversed(picture.panels)}
    panels = [_panel(picture, p, look, has_legend=p in firsts.values()) for p in picture.panels] or [_nothing(look)]
    lines = [text for line in picture.lines if not line.is_alarm for text in wrapped(line.text, look)]
    body = alt.concat(*panels, columns=_side_by_side(picture, look), spacing=24)
    apart: dict[str, Any] = dict.fromkeys(("x", "y", "color", "shape", "stroke"), "independent")
    body = body.resolve_scale(**apart)
    body = body.properties(title=alt.TitleParams(lines, fontWeight="normal", fontSize=look.size, color=theme.MUTED))
    return alt.vconcat(body).properties(title=_title(picture, look), background=theme.GROUND).configure(**_config(look))


def _title(picture: Picture, look: Look) -> alt.TitleParams:
    text = wrapped(picture.chart.title, look, look.size + 3)
    alarms = [text for line in picture.lines if line.is_alarm for text in wrapped(line.text, look)]
    more: dict[str, Any] = {"subtitle": alarms, "subtitleColor": theme.ALARM, "subtitleFontWeight": "bold"}
    return alt.TitleParams(text, fontSize=look.size + 3, offset=6, **(more if alarms else {}))


def _config(look: Look) -> dict[str, Any]:
    words: dict[str, Any] = {
        "labelColor": theme.INK,
        "titleColor": theme.MUTED,
        "titleFontWeight": "normal",
        "labelFontSize": look.size - 1,
        "titleFontSize": look.size,
        "labelLimit": 1000,
        "titleLimit": 1000,
    }
    axis = {**words, "gridColor": theme.GRID, "domainColor": theme.MUTED, "tickColor": theme.MUTED}
    legend = {**words, "orient": "top", "symbolStrokeWidth": 1.5}
    title = {"anchor": "start", "frame": "bounds", "color": theme.INK, "subtitleFontSize": look.size, "limit": 2000}
    return {"aria": False, "font": FONT, "axis": axis, "legend": legend, "title": title, "view": {"stroke": None}}


def _nothing(look: Look) -> Any:
    """A plot that says that it is empty."""
    marked = plot([{"text": "nothing to draw"}]).mark_text(color=theme.MUTED, fontSize=look.size + 1)
    return marked.encode(text="text:N").properties(width=look.width - 40, height=80)


def _side_by_side(picture: Picture, look: Look) -> int:
    return look.panels if _is_on_a_plane(picture) and len(picture.panels) > 1 else 1


def _is_on_a_plane(picture: Picture) -> bool:
    return picture.chart.kind in (Kind.POINTS, Kind.LINES)


def _panel(picture: Picture, panel: Panel, look: Look, *, has_legend: bool) -> Any:
    """One plot; the first of a sort has the legend for all."""
    if _is_on_a_plane(picture):
        columns = _side_by_side(picture, look)
        drawn = draw_plane(picture, panel, look, look.width // columns - 70, has_legend=has_legend)
    else:
        drawn = draw_rows(picture, panel, look, has_legend=has_legend)
    if not panel.title:
        return drawn
    return drawn.properties(
        title=alt.TitleParams(cut(panel.title, look.label * 2), fontSize=look.size, color=theme.INK)
    )
