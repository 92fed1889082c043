"""A report as HTML and as Markdown.

Promises: the page is one file that opens from disk, fetches nothing and works without scripts; whatever comes from a
card is escaped (Jinja's autoescape), and the page's own policy forbids every script and style but the two that are
named there by their hash. Pictures are images, which run nothing.

What must not move in: what a chapter says (`warehouse.chapters`), files (`warehouse.report`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from warehouse.chapters import Chapter
from warehouse.formats import as_markdown, markdown_text

TITLE = "What model cards state"
ROWS_IN_MARKDOWN = 10


def html_page(chapters: Sequence[Chapter], build: Mapping[str, Any], n_models: int, n_cards: int) -> str:
    """The whole page."""
    css, js = _text("report.css"), _text("report.js")
    page: str = _template().render(
        title=TITLE,
        policy=_policy(css, js),
        css=Markup(css),  # noqa: S704  (a file of this package)
        js=Markup(js),  # noqa: S704
        build=build,
        facts=facts(build, n_models, n_cards),
        chapters=chapters,
        themes=by_theme(chapters),
        n_models=n_models,
        n_cards=n_cards,
    )
    return page


def markdown_page(chapters: Sequence[Chapter], build: Mapping[str, Any], n_models: int, n_cards: int) -> str:
    """The same in Markdown; its pictures stand in `pictures/`."""
    lines = [f"# {TITLE}\n", *(f"- {name}: {markdown_text(value)}" for name, value in facts(build, n_models, n_cards))]
    for theme, members in by_theme(chapters):
        lines += [f"\n## {theme.capitalize()}\n", "\n".join(map(_markdown_chapter, members))]
    return "\n".join(lines)


def facts(build: Mapping[str, Any], n_models: int, n_cards: int) -> list[tuple[str, str]]:
    """What the report is made of."""
    return [
        ("repos", f"{n_models:,}"),
        ("cards read", f"{n_cards:,}"),
        ("built at", f"{build['built_at']:%Y-%m-%d %H:%M} UTC"),
        ("build", str(build["build_id"])),
        ("reader", str(build["reader_version"])[:12]),
        ("schema", str(build["schema_version"])),
    ]


def by_theme(chapters: Sequence[Chapter]) -> list[tuple[str, list[Chapter]]]:
    """The chapters of each theme."""
    return [(theme, list(members)) for theme, members in groupby(chapters, key=lambda c: c.answer.theme)]


def _markdown_chapter(c: Chapter) -> str:
    answer = c.answer
    parts = [f"### {markdown_text(answer.question)}\n", f"**{c.verdict.words}** {markdown_text(c.why)}".rstrip() + "\n"]
    if c.frame:
        parts.append("Of all repos: " + " › ".join(f"{number:,} {word}" for word, number in c.frame) + ".\n")
    parts.append(f"Read it with care: {markdown_text(answer.caveats)}.\n")
    if c.wide is not None:
        parts.append(f"![{markdown_text(c.alt)}](pictures/{answer.name}.svg)\n")
    shown = c.rows[:ROWS_IN_MARKDOWN]
    if shown:
        parts += [as_markdown([name for name, _ in c.columns], [[cell.text for cell in row] for row in shown])]
    parts.append(f"{len(shown)} of {c.n_rows:,} rows; all: `cardhouse answer {answer.name} --format csv`\n")
    return "\n".join(parts)


@cache
def _template() -> Any:
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(_text("report.html"))


@cache
def _text(name: str) -> str:
    return files("warehouse").joinpath("page", name).read_text(encoding="utf-8")


def _policy(css: str, js: str) -> str:
    """What a browser may do with the page: show its images, apply the style and run the script with these hashes."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_hash(css)}'; script-src '{_hash(js)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
