"""The report: one page that opens from disk, on which nothing of a card is anything but text."""

from __future__ import annotations

import base64
import hashlib
import math
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.facts import method, parent, result, setting, step
from tests.warehouse.kit import READER, Made
from warehouse import chapters, report
from warehouse.answers import answer_named, answers
from warehouse.chapters import Chapter, Verdict, chapter
from warehouse.database import WarehouseError, open_warehouse, run_query
from warehouse.lake import Lake
from warehouse.report import write_report
from warehouse.report_page import html_page, markdown_page

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "\" onmouseover='alert(1)' x=\"",
    "\u202egnp.exe\u2066",
    "\x00\x1b[31m\x07",
    "--><!-- ]]> {{ 7 * 7 }} {% raw %}",
    "![x](javascript:alert(1)) | a `b` | <b>",
    "x" * 50_000,
)
ASKED = ("dpo_learning_rate_vs_reward_margin", "learning_rates_by_method", "suspicious_cards")
VOID = {"meta", "input", "img", "source"}


class Page(HTMLParser):
    """What a page is made of: its elements with their attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inner: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.opened: list[str] = []
        self.feed(text)
        self.close()
        assert self.opened == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.opened and self.opened[-1] in ("script", "style"):
            self.inner.append((self.opened[-1], data))
        else:
            self.texts.append(data)

    @property
    def pictures(self) -> list[str]:
        """Every picture on it, as the SVG that it is."""
        addresses = [a.get("src") or a.get("srcset") or "" for tag, a in self.elements if tag in ("img", "source")]
        return [
            base64.b64decode(a.removeprefix("data:image/svg+xml;base64,"), validate=True).decode() for a in addresses
        ]


def fill_with_hostility(made: Made) -> None:
    """Cards whose ids, names, values and versions are attacks."""
    for n, text in enumerate(HOSTILE):
        owner = f"o{n}/{text}"
        facts = (
            method("dpo"),
            setting("learning_rate", 5e-7 * (n + 1)),
            setting(text, text),
            result("rewards/margins", float(n)),
            result("rewards/accuracies", 1.5),
            result(text, math.nan, text),
            step(0, text, math.inf),
            parent(f"base{n % 7}/{text}"),
        )
        made.card(owner, *facts, listing={"license": text, "library_name": text})


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose cards are attacks. To be read, not written."""
    made = Made(tmp_path_factory.mktemp("hostile") / "home")
    fill_with_hostility(made)
    made.build()
    return made.home


@pytest.fixture(scope="module")
def hostile(built: Path) -> list[Chapter]:
    with open_warehouse(built) as con:
        return [chapter(con, answer_named(name)) for name in ASKED]


BUILD: Mapping[str, Any] = {
    "build_id": "0123456789abcdef",
    "built_at": datetime(2026, 11, 21, 6, 30),
    "reader_version": READER,
    "schema_version": "1",
}


@pytest.fixture(scope="module")
def page(hostile: list[Chapter]) -> Page:
    return Page(html_page(hostile, BUILD, n_models=9, n_cards=9))


def test_the_attacks_are_on_the_page_as_text(hostile: list[Chapter], page: Page) -> None:
    shown = "\n".join(page.texts)
    assert "o0/<script>alert(1)</script>" in shown
    assert "\\u202egnp.exe\\u2066" in shown
    assert sum(c.n_rows for c in hostile) > 20


def test_no_script_runs_but_ours(page: Page) -> None:
    assert [tag for tag, _ in page.inner] == ["style", "script"]
    for tag, attributes in page.elements:
        assert tag in ALLOWED, tag
        assert not [name for name in attributes if name.startswith("on") or name == "style"], attributes


ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "dl", "dt", "dd", "div", "nav",
    "label", "input", "span", "table", "thead", "tbody", "tr", "th", "td", "a", "main", "section", "article", "b",
    "figure", "picture", "source", "img", "details", "summary", "code", "pre", "bdi", "footer", "script",
}  # fmt: skip


def test_the_policy_names_our_script_and_style_by_their_hash(page: Page) -> None:
    (policy,) = [a["content"] or "" for tag, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag, text in page.inner:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_page_fetches_nothing_and_leads_nowhere(page: Page) -> None:
    for tag, attributes in page.elements:
        addresses = [v or "" for k, v in attributes.items() if k in ("href", "src", "srcset", "action", "data")]
        for address in addresses:
            assert address.startswith("#" if tag == "a" else "data:image/svg+xml;base64,"), address


def test_the_pictures_hold_no_script_and_no_address(page: Page) -> None:
    assert len(page.pictures) == 2 * len(ASKED)
    assert any("&lt;script&gt;alert(1)&lt;/script&gt;" in p for p in page.pictures), "a legend names an attack"
    for picture in page.pictures:
        for element in ET.fromstring(picture).iter():
            assert element.tag.rpartition("}")[2] in SVG_ALLOWED
            assert not [a for a in element.attrib if a.startswith("on") or "href" in a]


SVG_ALLOWED = {"svg", "title", "style", "g", "rect", "path", "line", "text", "tspan", "defs", "clipPath"}


def test_every_text_on_the_page_prints(page: Page) -> None:
    for text in page.texts:
        assert text.replace("\n", " ").isprintable()
        assert max(map(len, text.splitlines()), default=0) < 1000


def test_the_page_says_what_it_is_made_of(page: Page) -> None:
    text = " ".join("\n".join(page.texts).split())
    for fact in ("0123456789abcdef", READER[:12], "2026-11-21 06:30 UTC", "9"):
        assert fact in text


def test_the_page_tells_of_refusals_frames_and_caveats(hostile: list[Chapter], page: Page) -> None:
    text = " ".join(" ".join(page.texts).split())
    flagship = hostile[0]
    assert flagship.verdict is Verdict.REFUSED
    assert flagship.why in text
    for found in hostile:
        assert " ".join(found.answer.caveats.split()) in text
        assert all(f"{number:,} {word}" in text for word, number in found.frame)


def test_markdown_holds_no_markup_of_cards(hostile: list[Chapter]) -> None:
    text = markdown_page(hostile, BUILD, n_models=9, n_cards=9)
    bare = re.sub(r"\\.", "", text)
    assert "<script" not in bare
    assert re.findall(r"\]\(([^)]*)\)", bare) == [f"pictures/{c.answer.name}.svg" for c in hostile]
    assert text.replace("\n", " ").isprintable()


def test_a_chapter_shows_the_first_rows_and_says_how_many_there_are(
    built: Path, hostile: list[Chapter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chapters, "MOST_ROWS", 2)
    with open_warehouse(built) as con:
        found = chapter(con, hostile[0].answer)
    assert (len(found.rows), found.n_rows) == (2, len(HOSTILE))
    page = html_page([found], BUILD, n_models=1, n_cards=1)
    assert f"The first 2 of {len(HOSTILE)} rows" in page


# -- files ------------------------------------------------------------------------------------------------


@pytest.fixture
def lake(built: Path, hostile: list[Chapter], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A copy of that home, to be written; its report has a few chapters only, drawn already."""
    monkeypatch.setattr(report, "chapters", lambda con: hostile)
    return Lake(Path(shutil.copytree(built, tmp_path / "home")))


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_report_is_a_page_markdown_and_pictures_and_equal_for_an_equal_build(lake: Lake) -> None:
    first = write_report(lake)
    files = bytes_of(first.folder)
    assert files.keys() == {"index.html", "README.md", *(f"pictures/{name}.svg" for name in ASKED)}
    assert bytes_of(write_report(lake).folder) == files


@pytest.mark.parametrize("at", ["html_page", "markdown_page", "_write_pictures"])
def test_a_report_that_fails_leaves_the_one_before(lake: Lake, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    before = bytes_of(write_report(lake).folder)

    def fail(*_: Any, **__: Any) -> str:
        raise OSError("no space left on device")

    monkeypatch.setattr(report, at, fail)
    with pytest.raises(OSError, match="no space"):
        write_report(lake)
    assert bytes_of(lake.report) == before
    assert not [p.name for p in lake.home.iterdir() if p.name.startswith(".report")]


def test_a_report_killed_between_two_renames_is_found_again(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    before = bytes_of(write_report(lake).folder)
    lake.report.rename(lake.home / ".report.replaced")
    (lake.home / ".report.unfinished").mkdir()
    monkeypatch.setattr(report, "html_page", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_report(lake)
    assert bytes_of(lake.report) == before


def test_a_build_of_other_views_is_not_reported_on(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "sql_version", lambda: "another")
    with pytest.raises(WarehouseError, match="'cardhouse build' makes it anew"):
        write_report(lake)
    assert not lake.report.exists()


@pytest.mark.slow
def test_every_answer_is_in_the_report_of_a_hostile_warehouse(built: Path, tmp_path: Path) -> None:
    lake = Lake(Path(shutil.copytree(built, tmp_path / "home")))
    written = write_report(lake)
    text = written.page.read_text(encoding="utf-8")
    page = Page(text)
    assert {a["id"] for tag, a in page.elements if tag == "article"} == {a.name for a in answers()}
    assert [tag for tag, _ in page.inner] == ["style", "script"]
    markdown = (written.folder / "README.md").read_text(encoding="utf-8")
    assert all(f"cardhouse answer {a.name} " in markdown for a in answers())
    with open_warehouse(built) as con:
        ((build_id,),) = run_query(con, "SELECT build_id FROM warehouse_info").rows
    assert build_id in text
    assert bytes_of(write_report(lake).folder) == bytes_of(written.folder)
