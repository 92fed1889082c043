"""Saved cards in a folder.

A **folder** is a tree `owner/name/README.md`, beside each card optionally `metadata.json`, one row of the Hub's API.
What else is met there:

- a folder of the first level with a README.md is a repo whose id has one part (`gpt2`)
- repos that lie deeper are named by the last two parts of their path; what lies inside a repo is part of it
- a folder with metadata.json and no README.md is a repo without a card; one with neither is no repo
- a folder without any repo below it, but with a README.md, is itself one repo, named by its own folder's name
- linked folders are not entered; a linked README.md counts if it leads to a file inside the folder taken in

What must not move in: the network, other kinds of sources, reading cards.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from etl.hub.fetching import CARD_LIMIT
from etl.hub.rows import read_time, refuse_id
from etl.hub.saved_card import Note, SavedCard, last_written
from warehouse.schema import CardStatus

METADATA_LIMIT = 64 << 20


def repo_folders(root: Path, note: Note) -> Iterator[tuple[str, Path]]:
    """Each repo's id and folder, in the order of paths."""
    found = 0
    for folder in _folders_with_cards(root, (), note):
        parts = folder.relative_to(root).parts
        model_id = "/".join(parts[-2:])
        if reason := refuse_id(model_id):
            note("ids_refused", reason)
            continue
        found += 1
        yield model_id, folder
    if not found and _is_repo(root):
        yield root.resolve().name, root


def _folders_with_cards(folder: Path, parts: tuple[str, ...], note: Note) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError as err:
        note("folders_unreadable", f"{folder}: {err.strerror}")
        return
    for entry in entries:
        if entry.is_symlink() and entry.is_dir():
            note("links_ignored", entry.path)
        elif entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
            inner = Path(entry.path)
            is_repo = _is_repo(inner)
            if is_repo:
                yield inner
            if not (is_repo and parts):
                yield from _folders_with_cards(inner, (*parts, entry.name), note)


def _is_repo(folder: Path) -> bool:
    return any(os.path.lexists(folder / name) for name in ("README.md", "metadata.json"))


def read_repo_folder(model_id: str, folder: Path, root: Path, note: Note) -> SavedCard:
    """One repo's card and metadata; a card that cannot be read is `failed`, with the reason."""
    row, value = json.dumps({"id": model_id}), {}
    metadata = folder / "metadata.json"
    if os.path.lexists(metadata):
        content, problem = _read_regular(metadata, root, METADATA_LIMIT)
        value = _json_object(content)
        if value:
            row = (content or b"").decode("utf-8")
        else:
            note("metadata_unreadable", f"{model_id}: {problem or 'no JSON object'}")
    at = (
        read_time(value.get("lastModified"))
        or read_time(value.get("last_modified"))
        or last_written(folder / "README.md", folder / "metadata.json", folder)
    )
    card = folder / "README.md"
    if not os.path.lexists(card):
        return SavedCard(model_id, row, at, CardStatus.NO_CARD)
    content, problem = _read_regular(card, root, CARD_LIMIT)
    if content is None and problem is None:
        return SavedCard(model_id, row, at, CardStatus.TOO_LARGE, card_bytes=card.stat().st_size)
    if content is None:
        return SavedCard(model_id, row, at, CardStatus.FAILED, detail=problem)
    return SavedCard(model_id, row, at, CardStatus.OK, content)


def _read_regular(path: Path, root: Path, limit: int) -> tuple[bytes | None, str | None]:
    """A file's bytes, or why there are none; (None, None) where it is larger than `limit`."""
    try:
        if not path.resolve(strict=True).is_relative_to(root.resolve()):
            return None, f"{path.name} is a link that leads out of the folder"
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            return None, f"{path.name} is no regular file"
        return (None, None) if about.st_size > limit else (path.read_bytes(), None)
    except (OSError, RuntimeError) as err:  # RuntimeError: links in a circle
        return None, f"{path.name} cannot be read: {getattr(err, 'strerror', None) or 'links in a circle'}"


def _json_object(content: bytes | None) -> dict[str, Any]:
    try:
        value = json.loads((content or b"").decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
