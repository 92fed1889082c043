"""What the command tells of a run, of a home and of one card: texts for people.

What must not move in: how a table is laid out (`etl.printing`), what counts as what (`sql/`).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from etl.hub.crawl import CrawlReport
from etl.hub.estimate import Estimate, read_outlook
from etl.printing import age_text, counts_text, size_text, table_text
from etl.reading import Reading
from etl.tables import READER_VERSION, ReadReport
from warehouse.answers import answer_named, ask
from warehouse.building import BuildReport
from warehouse.compaction import Compaction
from warehouse.damage import damages
from warehouse.database import NoWarehouse, Session, open_warehouse, run_query
from warehouse.lake import Lake
from warehouse.plain_text import printable
from warehouse.schema import CRAWL_RUNS, SERVED_TABLES
from warehouse.sql_files import SqlFile
from warehouse.swap import previous_file

CARDS_BY_STATUS = "SELECT card_status, count(*) FROM models GROUP BY 1 ORDER BY 2 DESC, 1"
FINDINGS_BY_CODE = """
SELECT concat(f.code, ' (', coalesce(c.outcome, 'not explained'), ')'), count(*)
FROM findings AS f LEFT JOIN finding_codes AS c ON c.code = f.code
GROUP BY 1 ORDER BY 2 DESC, 1"""
CARD_COLUMNS = {
    "title": "card_title", "written by": "card_generator", "version": "card_generator_version",
    "license": "license", "library": "library_name", "task": "pipeline_tag",
}  # fmt: skip
"""What is told of a card as a whole, by the word for it."""
CHANGED = "SELECT DISTINCT model_id FROM superseded.card_readings JOIN models USING (model_id) ORDER BY 1"
GONE = "SELECT model_id FROM models WHERE card_status = 'gone' ORDER BY 1"
BUILD = "SELECT build_id, built_at, reader_version FROM warehouse_info"

TABLES = """
SELECT name, split_part(comment, ' Grain: ', 1) AS meaning FROM (
    SELECT schema_name, table_name AS name, comment FROM duckdb_tables()
    UNION ALL SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal
) WHERE schema_name = 'main' ORDER BY name
"""
COLUMNS = """
SELECT column_name AS column, data_type AS type, comment AS meaning
FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = ? AND NOT internal ORDER BY column_index
"""

FLAGSHIP = "dpo_learning_rate_vs_reward_margin"
FLAGSHIP_COLUMNS = ("learning_rate", "reward_margin", "margin_source", "n_printings", "canonical_run_id")
RUNS_SHOWN = 15

CRAWLS_SHOWN = 5
REPOS_NAMED = 3
FACTS_SHOWN = 20
"""Rows of one table that `read` shows to people; a training log may have thousands."""
EVERY_FACT_SAYS = ("model_id", "card_blob", "position", "about", "about_model")


# -- a run ------------------------------------------------------------------------------------------------


def crawl_text(report: CrawlReport) -> str:
    """What was listed and fetched (that nothing was new, where nothing was), and what was odd about it."""
    if report.statuses:
        looks = ", ".join(f"{number:,} {status}" for status, number in report.statuses.items())
        told = (
            f"crawled {report.run.source}: {report.listed:,} repos listed, {report.stored:,} cards with new content, "
            f"{report.unchanged:,} repos unchanged (looked at: {looks})"
        )
    else:
        told = f"nothing new: 0 cards fetched, {report.unchanged:,} repos unchanged"
    ended = "" if report.ended_because == "complete" else f"; not everything, ended by {report.ended_because}"
    return f"{told}{ended}\n{_incidents_text(report.incidents)}"


def _incidents_text(incidents: Mapping[str, Any]) -> str:
    examples: Mapping[str, Sequence[str]] = incidents.get("examples", {})
    lines = []
    for kind, number in incidents.items():
        if kind != "examples":
            such = f", such as {printable(examples[kind][0])}" if examples.get(kind) else ""
            lines.append(f"  {kind.replace('_', ' ')}: {number:,}{such}\n")
    return "".join(lines)


def estimate_text(told: Estimate) -> str:
    """What a crawl would cost: repos and cards, requests, hours, disk."""
    about = "" if told.is_exact else "about "
    rows = [
        ("repos listed", f"{about}{told.repos:,}"),
        ("cards to fetch", f"{about}{told.cards:,}"),
        ("requests", f"{about}{told.requests:,} ({told.listing_requests:,} for the listing)"),
        ("hours at the Hub's quota", f"{told.hours:,.1f}"),
        ("disk", size_text(told.disk_bytes)),
    ]
    return table_text(("a crawl now", "would take"), rows)


def read_text(report: ReadReport) -> str:
    """One line: how many cards were read now, and how many had been."""
    return f"read {report.cards_read:,} cards ({report.cards_known:,} had been read before)\n"


def compaction_text(done: Compaction) -> str:
    """One line: how many files became how many."""
    if not (done.raw[0] or done.tables[0]):
        return "nothing to merge: there are no small files side by side\n"
    merged = [f"{a:,} files of {what} are {b:,} now" for what, (a, b) in vars(done).items() if a]
    return f"{'; '.join(merged)}; no row has changed\n"


def build_text(report: BuildReport) -> str:
    """One line: which build stands where."""
    return f"built {report.path} ({size_text(report.size_bytes)}, build {report.build_id[:12]})\n"


def stored_text(con: Session, report: BuildReport) -> str:
    """What the warehouse holds: repos by card status, rows by table, findings by code."""
    return "\n".join([
        counts_text("repos by card status", run_query(con, CARDS_BY_STATUS).rows),
        counts_text("rows by table", [(name, report.rows[name]) for name in SERVED_TABLES]),
        counts_text("findings by code", run_query(con, FINDINGS_BY_CODE).rows),
        _repos_text("cards of which an older version is kept", run_query(con, CHANGED).rows),
        _repos_text("repos that are gone, their last card kept", run_query(con, GONE).rows),
    ])  # fmt: skip


def _repos_text(title: str, rows: Sequence[Sequence[str]]) -> str:
    named = ", ".join(printable(model_id) for (model_id,) in rows[:REPOS_NAMED])
    more = ", ..." if len(rows) > REPOS_NAMED else ""
    return f"{title}: {len(rows):,}{f' ({named}{more})' if rows else ''}"


def seconds_text(seconds: Mapping[str, float]) -> str:
    """Seconds by station, in one line."""
    return "seconds: " + ", ".join(f"{station} {spent:.1f}" for station, spent in seconds.items()) + "\n"


def flagship_text(con: Session) -> str:
    """The flagship answer: its runs, how many they are and how many printings were left out, and what follows."""
    runs = ask(con, FLAGSHIP)
    (summary,) = ask(con, f"{FLAGSHIP}_summary").records()
    shown = [tuple(run[c] for c in FLAGSHIP_COLUMNS) for run in runs.records()[:RUNS_SHOWN]]
    more = len(runs.rows) - len(shown)
    return "".join([
        f"{answer_named(FLAGSHIP).question}\n\n",
        table_text(FLAGSHIP_COLUMNS, shown),
        f"... and {more:,} more\n" if more else "",
        f"\n{summary['n_runs']:,} runs in {summary['n_groups']:,} groups (author, base, data); "
        f"{summary['n_copies_excluded']:,} further printings left out as copies\n",
        _effect(summary),
    ])  # fmt: skip


def _effect(summary: Mapping[str, Any]) -> str:
    if not summary["enough_data"]:
        return f"no effect is given: {summary['reason']}\n"
    return (
        f"per tenfold learning rate the margin changes by {summary['within_group_slope']:.3g} within groups "
        f"(r {summary['within_group_correlation']:.2f}); pooled, and confounded: r {summary['pooled_pearson']:.2f}\n"
    )


def answers_text(files: Sequence[SqlFile]) -> str:
    """The answers, one line each, by theme."""
    wide = max(len(f.name) for f in files)
    themes = [(theme, list(members)) for theme, members in itertools.groupby(files, key=lambda f: f.theme)]
    return "\n".join(
        f"{theme}\n" + "".join(f"  {f.name:<{wide}}  {f.question}\n" for f in members) for theme, members in themes
    )


# -- a home -----------------------------------------------------------------------------------------------


def status_text(lake: Lake, now: datetime) -> str:
    """What lies in a home: sizes, the last crawls, the build and what it serves, releases."""
    return "\n".join(
        [_sizes(lake), *_damages(lake), _crawls(lake), *_outlooks(lake), _build(lake, now), _releases(lake)]
    )


def sources_of(lake: Lake) -> set[str]:
    """The sources that have ever been crawled into a home."""
    return {str(source) for rows in lake.raw_rows(CRAWL_RUNS, ["source"]) for source in rows["source"].to_pylist()}


def _sizes(lake: Lake) -> str:
    places = [lake.raw, lake.tables, lake.warehouse_file, previous_file(lake), lake.releases]
    rows = [(p.name, size_text(sum(files)), len(files)) for p in places if (files := _file_sizes(p))]
    return f"home {lake.home}\n" + (table_text(("place", "size", "files"), rows) if rows else "(empty)\n")


def _damages(lake: Lake) -> list[str]:
    """What was found damaged, when, and what became of it; nothing where nothing was."""
    told = [f"  {damage.found_at}: {damage}\n" for damage in damages(lake)]
    return ["damaged files (delete them when they are of no use any more)\n" + "".join(told)] if told else []


def _file_sizes(place: Path) -> list[int]:
    files = [place] if place.is_file() else place.rglob("*")
    return [f.stat().st_size for f in files if f.is_file()]


def _crawls(lake: Lake) -> str:
    columns = ("started_at", "source", "scope", "listed", "cards_stored", "cards_unchanged", "ended_because")
    every = [row for table in lake.raw_rows(CRAWL_RUNS, columns) for row in table.to_pylist()]
    rows = every[-CRAWLS_SHOWN:]
    told = [[_ledger_cell(row[c]) for c in columns] for row in rows]
    title = f"the last {len(rows)} of {len(every)} crawls" if len(every) > len(rows) else "crawls"
    return f"{title}\n" + (table_text(columns, told) if told else "(none)\n")


def _outlooks(lake: Lake) -> list[str]:
    """How many cards of each crawled source still wait, and for how long at the last pace; nothing where none do."""
    return [
        f"{seen.source}: {seen.waiting:,} of {seen.listed:,} listed cards wait, "
        f"about {max(0.1, seen.hours):,.1f} hours; {seen.given_up:,} given up\n"
        for seen in read_outlook(lake)
        if seen.waiting or seen.given_up
    ]


def _ledger_cell(value: Any) -> Any:
    match value:
        case datetime():
            return value.replace(microsecond=0)
        case str() if value.startswith("{"):
            return _scope(json.loads(value))
        case _:
            return value


def _scope(asked: Mapping[str, Any]) -> str:
    """A ledger's scope without what was not asked for."""
    words = {k: ", ".join(map(str, v)) if isinstance(v, list) else v for k, v in asked.items()}
    return ", ".join(f"{k} {v}" for k, v in words.items() if v not in (None, "")) or "everything"


def served_text(con: Session, now: datetime) -> str:
    """One line: which build is served, how old it is, and whether this reader made it."""
    ((build_id, built_at, reader),) = run_query(con, BUILD).rows
    current = (
        "this reader's" if reader == READER_VERSION else "another reader's: 'cardhouse build' reads all cards anew"
    )
    return f"warehouse built {age_text(now - built_at)} ago, build {build_id[:12]}, {current}\n"


def _build(lake: Lake, now: datetime) -> str:
    try:
        con = open_warehouse(lake.home)
    except NoWarehouse:
        return "no warehouse yet: 'cardhouse build' makes one\n"
    with con:
        statuses = run_query(con, CARDS_BY_STATUS).rows
        return f"{served_text(con, now)}\n{counts_text('repos by card status', statuses)}"


def _releases(lake: Lake) -> str:
    names = sorted(p.name for p in lake.releases.glob("[!.]*"))
    return f"releases: {', '.join(names) or '(none)'}\n"


# -- a card -----------------------------------------------------------------------------------------------


def reading_text(reading: Reading) -> str:
    """What one card states, table by table with lines; what could not be read comes last, as findings."""
    card = reading.card
    lines = [f"{reading.model_id}: {card.card_status}, {size_text(card.card_bytes)}, blob {card.card_blob}"]
    told = {label: getattr(card, column) for label, column in CARD_COLUMNS.items()}
    told["about"] = None if card.about == "own" else f"{card.about} {card.about_model or ''}"
    lines += [f"{name}: {printable(value)}" for name, value in told.items() if value is not None]
    tables = [_facts_text(name, reading.records(name)) for name, rows in reading.tables.items() if rows]
    return "\n".join(["\n".join(lines) + "\n", *tables])


def _facts_text(name: str, records: Sequence[Mapping[str, Any]]) -> str:
    columns = _telling(records)
    rows = [[record[c] for c in columns] for record in records[:FACTS_SHOWN]]
    more = len(records) - len(rows)
    rest = f"... and {more:,} more (--json shows all)\n" if more else ""
    return f"{name} ({len(records):,})\n{table_text(columns, rows)}{rest}"


def _telling(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """The columns that say something: line and run first, none that is NULL throughout."""
    used: dict[str, None] = dict.fromkeys(("line", "run"))
    rows = list(records)
    foreign = any(row["about"] != "own" for row in rows)
    for column in rows[0]:
        if (foreign and column.startswith("about")) or column not in EVERY_FACT_SAYS:
            used[column] = None
    return [c for c in used if any(row[c] is not None for row in rows)]
