"""Accuracy of the reader: labelled real cards, cards that the tools themselves wrote, and what the corpus still hides.

`make score` builds warehouses of ../shared/seeds, gold and oracles by the project's own functions, has the scorers of
../shared/eval judge them, and holds the figures against `tests/gold_floors.json`; `--raise-floors` raises the floors to
what is measured now (they are never lowered). Last comes a report on the corpus: the to-do list of the next dialect.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from benchmarks.accuracy import ALL, of_labels, of_tools, write_accuracy
from benchmarks.corpus import CORPUS, ROOT, SHARED, Card, cards
from benchmarks.oracles import additions, by_reason, misses, reasons, unexplained
from etl.cards import ListBlock, Paragraph, parse_card
from etl.hub.saved import take_folder
from etl.reading import read_card
from etl.reading.settings.settings_text import pair
from etl.tables import READER_VERSION, read_raw
from warehouse.building import build_warehouse
from warehouse.lake import Lake

FLOORS = ROOT / "tests" / "gold_floors.json"
LABELLED = ("seeds", "gold")
HAIR = 0.0005
"""Floors stand so much below what was measured."""
MOST_SHOWN = 25

Floors = dict[str, dict[str, float]]
"""seeds, gold, oracles -> "kind: recall" -> the least that is accepted."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One share of one kind of fact: of `count` facts, `share` came out right."""

    name: str
    share: float
    count: int


Group = tuple[str, int, list[Figure]]
"""A tool that writes cards, how many of its cards are labelled, and their figures."""


# -- building and scoring ---------------------------------------------------------------------------------


def build(source: Path, home: Path) -> Path:
    """The warehouse of a folder of cards."""
    lake = Lake(home)
    with lake.writer("score"):
        take_folder(lake, source)
        read_raw(lake)
        build_warehouse(lake, READER_VERSION)
    return lake.warehouse_file


def _scorer(script: str, *arguments: Path | str) -> list[dict[str, object]]:
    command = [sys.executable, str(SHARED / "eval" / script), *map(str, arguments)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows: list[dict[str, object]] = json.loads(answer)
    return rows


def labelled(warehouse: Path, labels: Path, owner: str) -> list[Figure]:
    """Recall and precision of each kind of fact against hand-made labels."""
    out = []
    for row in _scorer("score.py", warehouse, labels, "--owner", owner, "--json"):
        for share, count in (("recall", "stated"), ("precision", "said")):
            if isinstance(value := row[share], float | int):
                out.append(Figure(f"{row['kind']}: {share}", float(value), int(str(row[count]))))
    return out


def by_generator(warehouse: Path, labels: Path, owner: str, folder: Path) -> Iterator[Group]:
    """The same for the cards of each writer."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for file in sorted(labels.glob("*.json")):
        groups[json.loads(file.read_text(encoding="utf-8"))["generator"]].append(file)
    for generator, files in sorted(groups.items(), key=lambda group: -len(group[1])):
        part = folder / generator.replace("/", "_").replace(":", "_")
        part.mkdir(parents=True)
        for file in files:
            shutil.copy(file, part)
        yield generator, len(files), labelled(warehouse, part, owner)


def _inner(pairs: Path) -> Path:
    return next(p for p in (pairs, *sorted(pairs.iterdir())) if any(p.glob("*/*.json")))


def unpack_oracles(folder: Path) -> tuple[Path, Path]:
    """(pairs, source): the pairs unpacked, and their cards laid out as repos."""
    pairs, source = folder / "pairs", folder / "source"
    with tarfile.open(SHARED / "oracles" / "pairs.tar.gz") as archive:
        archive.extractall(pairs, filter="data")
    inner = _inner(pairs)
    script = SHARED / "eval" / "score_oracles.py"
    subprocess.run([sys.executable, str(script), "lay", str(inner), str(source)], check=True, capture_output=True)
    return inner, source


def built_oracles(folder: Path) -> tuple[Path, Path]:
    """(pairs, warehouse) of the tools' own cards, below `folder`; made once."""
    lake = Lake(folder / "home")
    if lake.warehouse_file.exists():
        return _inner(folder / "pairs"), lake.warehouse_file
    pairs, source = unpack_oracles(folder)
    return pairs, build(source, lake.home)


def oracles(folder: Path) -> list[Figure]:
    """Recall of each table of each tool's cards against the facts the tool was given."""
    pairs, warehouse = built_oracles(folder)
    rows = _scorer("score_oracles.py", "score", pairs, warehouse, "--json")
    return [Figure(f"{r['tool']}: {r['table']}", float(str(r["recall"])), int(str(r["facts"]))) for r in rows]


# -- floors -----------------------------------------------------------------------------------------------


def read_floors() -> Floors:
    """The floors that hold now."""
    floors: Floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    return floors


def below(figures: Sequence[Figure], floors: Mapping[str, float]) -> list[str]:
    """What is below its floor, or is no longer measured, in words."""
    shares = {f.name: f.share for f in figures}
    gone = [f"{name}: no longer measured" for name in floors if name not in shares]
    return gone + [f"{n}: {s:.4f} is below {floors[n]}" for n, s in shares.items() if n in floors and s < floors[n]]


def raised(figures: Sequence[Figure], floors: Mapping[str, float]) -> dict[str, float]:
    """The floors, raised to a hair below what was measured."""
    now = {f.name: max(0.0, math.floor((f.share - HAIR) * 10_000) / 10_000) for f in figures}
    return {name: max(now.get(name, 0.0), floors.get(name, 0.0)) for name in sorted({*now, *floors})}


def measure(folder: Path) -> dict[str, list[Figure]]:
    """All figures that have floors: seeds, gold, oracles."""
    out = {}
    for name in LABELLED:
        warehouse = build(SHARED / name / "cards", folder / name)
        out[name] = labelled(warehouse, SHARED / name / "labels", name)
    out["oracles"] = oracles(folder / "oracles")
    return out


# -- the corpus -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Survey:
    """What the reader made of many cards, and what it passed over."""

    cards: int = 0
    generators: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    headings: Counter[str] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)

    def add(self, other: Survey) -> None:
        """Take in another survey's counts."""
        self.cards += other.cards
        for name in ("generators", "rows", "findings", "headings", "keys"):
            getattr(self, name).update(getattr(other, name))


def survey(some: Sequence[Card]) -> Survey:
    """The survey of some cards."""
    out = Survey()
    for model_id, content in some:
        reading = read_card(content, model_id=model_id)
        out.cards += 1
        out.generators[reading.card.card_generator or "(none)"] += 1
        for table, rows in reading.tables.items():
            out.rows[table] += len(rows)
        facts = [row for table, rows in reading.tables.items() if table != "findings" for row in rows]
        out.findings.update({row.code for row in reading.tables["findings"]})  # type: ignore[attr-defined]
        _passed_over(content, {row.line for row in facts if row.line}, out)
    return out


def _passed_over(content: bytes, read: set[int], out: Survey) -> None:
    """Count headings below which no fact was read, and `name: value` lines of lists that gave none."""
    for section in parse_card(content).sections:
        lines = [x for b in section.blocks if isinstance(b, ListBlock) for x in b.items]
        if section.level and section.blocks and not any(_touched(b, read) for b in section.blocks):
            out.headings[section.title[:60]] += 1
        for item in lines:
            if item.line not in read and (found := pair(item.text.split("\n")[0])):
                out.keys[found.name[:40].casefold()] += 1


def _touched(block: object, read: set[int]) -> bool:
    if isinstance(block, ListBlock):
        return any(item.line in read for item in block.items)
    if isinstance(block, Paragraph):
        return any(line.line in read for line in block.lines)
    rows = getattr(block, "rows", None)
    if rows is not None:
        return any(row.line in read for row in rows)
    begin = getattr(block, "line", 0)
    return any(line in read for line in range(begin, begin + len(getattr(block, "lines", ()))))


def survey_all() -> Survey:
    """The survey of the corpus, on all cores."""
    everything, whole = cards(), Survey()
    parts = [everything[i : i + 500] for i in range(0, len(everything), 500)]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("forkserver")) as pool:
        for part in pool.map(survey, parts):
            whole.add(part)
    return whole


# -- the command ------------------------------------------------------------------------------------------


def _print(figures: Sequence[Figure], floors: Mapping[str, float], only_below_one: bool = False) -> None:
    for f in figures:
        if f.count and not (only_below_one and f.share == 1):
            print(f"  {f.name:58}{f.count:>8}{f.share:>9.4f}   floor {floors.get(f.name, 0):.4f}")


def _print_counts(title: str, counts: Counter[str], most: int = MOST_SHOWN) -> None:
    print(f"\n{title}")
    for name, count in counts.most_common(most):
        print(f"  {count:>9}  {name}")


def _keep_accuracy(measured: Mapping[str, list[Figure]], groups: Sequence[Group]) -> None:
    """Write what the warehouse tells of its own accuracy."""
    rows = [row for name in LABELLED for row in of_labels(name, ALL, measured[name])]
    rows += [row for generator, _, figures in groups for row in of_labels("gold", generator, figures)]
    write_accuracy([*rows, *of_tools(measured["oracles"])])


def _report(measured: Mapping[str, list[Figure]], groups: Sequence[Group], floors: Floors, folder: Path) -> None:
    for name in LABELLED:
        print(f"\n{name}: facts, share, floor")
        _print(measured[name], floors.get(name, {}))
    print("\ngold by generator (shares below 1 only)")
    for generator, count, figures in groups:
        print(f"  {generator} ({count} cards)")
        _print([f for f in figures if "subject" not in f.name], {}, only_below_one=True)
    facts = sum(f.count for f in measured["oracles"])
    right = sum(f.count * f.share for f in measured["oracles"])
    print(f"\noracles: {right / facts:.4f} of {facts} facts; tables below 1:")
    _print(measured["oracles"], floors.get("oracles", {}), only_below_one=True)
    _report_oracles(folder / "oracles")


def _report_oracles(folder: Path) -> None:
    """What is missed and why, and what the tools print beyond the facts that they were given."""
    pairs, warehouse = built_oracles(folder)
    found, known = misses(pairs, warehouse), reasons()
    _print_counts("facts missed, by reason", by_reason(found, known))
    print(f"  {len(unexplained(found, known)):>9}  without a reason")
    added = list(additions(pairs, warehouse))
    _print_counts("rows beyond the facts given", Counter(f"{a.tool}: {a.table}" for a in added if a.printed))
    print(f"  {sum(not a.printed for a in added):>9}  whose text does not stand on its line")


def _report_corpus() -> None:
    seen = survey_all()
    print(f"\nthe corpus: {seen.cards} cards")
    _print_counts("cards by generator", seen.generators)
    _print_counts("facts by table", seen.rows)
    _print_counts("cards by finding", seen.findings)
    _print_counts("headings below which nothing was read", seen.headings)
    _print_counts("list keys that gave no fact", seen.keys)


def main() -> int:
    """Measure, print, compare; 1 where a figure is below its floor."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raise-floors", action="store_true", help="raise the floors to a hair below these figures")
    parser.add_argument("--no-corpus", action="store_true", help="leave out the report on the corpus")
    args = parser.parse_args()
    if not (SHARED / "gold").is_dir():
        print("there is no ../shared beside this checkout: the labelled cards are not part of the project")
        return 1
    floors = read_floors()
    with tempfile.TemporaryDirectory(prefix="cardhouse-score-") as temporary:
        folder = Path(temporary)
        measured = measure(folder)
        gold = folder / "gold" / "warehouse.duckdb"
        groups = list(by_generator(gold, SHARED / "gold" / "labels", "gold", folder / "labels"))
        _report(measured, groups, floors, folder)
        _keep_accuracy(measured, groups)
    if not args.no_corpus and CORPUS.exists():
        _report_corpus()
    fallen = [f"{name}: {line}" for name, figures in measured.items() for line in below(figures, floors.get(name, {}))]
    print("\n" + ("\n".join(["below their floors:", *fallen]) if fallen else "no figure is below its floor"))
    if args.raise_floors:
        new = {name: raised(figures, floors.get(name, {})) for name, figures in measured.items()}
        FLOORS.write_text(json.dumps(new, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
