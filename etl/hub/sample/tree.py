"""The tree of cards that the sample hub serves, read from disk.

`repos/<owner>/<name>/` holds `README.md` (raw bytes; a repo without one has no card) and `metadata.json`: one row of
the Hub's API without `sha` and `siblings`, which are derived. Control keys stand in it under `_sample`:

- `gated`: "auto" or "manual"; the card is refused without access, as the Hub does
- `disabled`: true; listed, its files refused
- `gone`: true; neither listed nor found
- `vanishes`: true; listed, and not found any more when it is asked for
- `renamed_to`: another id; requests are redirected there

`day2/` lies over `repos/`: a README.md replaces the first day's, the keys of a metadata.json are laid over the first
day's keys. A repo that only day 2 has is new.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

COUNTERS = ("downloads", "downloadsAllTime", "likes", "trendingScore")
"""What changes without a commit."""


@dataclass(frozen=True)
class SampleRepo:
    """One repo as served: the API's row, the card at each commit (None: no card), and how access is refused."""

    row: Mapping[str, Any]
    cards: Mapping[str, bytes | None]
    control: Mapping[str, Any] = field(default_factory=dict)

    @property
    def head(self) -> str:
        """The newest commit."""
        return str(self.row["sha"])


def read_repos(tree: Path, day: int = 1) -> dict[str, SampleRepo]:
    """Every repo of the tree as it stands on that day, by id."""
    layers = [tree / "repos", *(tree / f"day{n}" for n in range(2, day + 1))]
    repos: dict[str, SampleRepo] = {}
    for layer in layers:
        newest = max((str(r.row.get("lastModified", "")) for r in repos.values()), default="")
        for model_id, folder in _folders(layer):
            repos[model_id] = _laid_over(repos.get(model_id), model_id, folder, newest)
    return repos


def _folders(layer: Path) -> Iterator[tuple[str, Path]]:
    if layer.is_dir():
        holders = {p.parent for name in ("README.md", "metadata.json") for p in layer.rglob(name)}
        for folder in sorted(holders):
            yield folder.relative_to(layer).as_posix(), folder


def _laid_over(before: SampleRepo | None, model_id: str, folder: Path, newest: str) -> SampleRepo:
    given: dict[str, Any] = {}
    if (folder / "metadata.json").exists():
        given = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    control = given.pop("_sample", None)
    row = {**(before.row if before else _fresh_row(model_id)), **given}
    card = before.cards[before.head] if before else None
    if (folder / "README.md").exists():
        card = (folder / "README.md").read_bytes()
    if before and newest and "lastModified" not in given:
        row["lastModified"] = _next_day(newest)
    row["siblings"] = [{"rfilename": ".gitattributes"}]
    if card is not None:
        row["siblings"].append({"rfilename": "README.md"})
    row["sha"] = given.get("sha") or _commit(row, card)
    control = control if control is not None else (before.control if before else {})
    if "gated" in control:
        row["gated"] = control["gated"]
    if control.get("disabled"):
        row["disabled"] = True
    return SampleRepo(row, {**(before.cards if before else {}), row["sha"]: card}, control)


def _fresh_row(model_id: str) -> dict[str, Any]:
    return {
        "_id": hashlib.sha1(model_id.encode(), usedforsecurity=False).hexdigest()[:24],
        "id": model_id,
        "author": model_id.split("/", 1)[0],
        "private": False,
        "gated": False,
        "disabled": False,
        "downloads": 0,
        "likes": 0,
        "tags": [],
        "createdAt": "2024-01-01T00:00:00.000Z",
        "lastModified": "2024-01-01T00:00:00.000Z",
    }


def _next_day(stamp: str) -> str:
    later = datetime.fromisoformat(stamp.replace("Z", "+00:00")) + timedelta(days=1)
    return later.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _commit(row: Mapping[str, Any], card: bytes | None) -> str:
    """A commit id that changes when the card or the row changes, and not when only counters do."""
    stable = {k: v for k, v in row.items() if k not in (*COUNTERS, "sha")}
    text = json.dumps(stable, sort_keys=True).encode()
    return hashlib.sha1(b"sample commit\0" + text + b"\0" + (card or b"no card"), usedforsecurity=False).hexdigest()
