"""What one reader version has read: which table files are current, what they hold, which listing files they cover.

Promises: what a manifest does not name does not exist; the files that became current together (one batch) bear one
number, so that a file that is lost says whose other rows go with it.

What must not move in: a path, a file's bytes (`warehouse.lake`).
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from warehouse.schema import SCHEMA_VERSION

_NUMBER = re.compile(r"-(\d{6})(?:-\d+)?\.parquet$")


class FileFacts(NamedTuple):
    """What a file was when it was written: by this it is known again, or known to be damaged."""

    rows: int
    bytes: int
    crc32: int


@dataclass(frozen=True)
class Manifest:
    """What one reader version has read: the current files by table (paths below `tables/`), and the listing files."""

    reader_version: str
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    listing_files: tuple[str, ...] = ()
    schema_version: str = SCHEMA_VERSION
    facts: Mapping[str, FileFacts] = field(default_factory=dict)
    """Of each named file; none of a file that was only just named (`Lake.write_manifest` adds them)."""
    next_batch: int = 0

    @property
    def names(self) -> list[str]:
        """Every current file."""
        return [name for files in self.files.values() for name in files]

    @property
    def reader(self) -> str:
        """The reader version as the names of files and manifests bear it."""
        return self.reader_version[:12]

    def plus(self, files: Mapping[str, str], listing_files: Iterable[str] = ()) -> Manifest:
        """This manifest with one more file for each table in `files`, one batch, and more listing files covered."""
        merged = {name: (*self.files.get(name, ()), new) for name, new in files.items()}
        return dataclasses.replace(
            self,
            files={**self.files, **merged},
            listing_files=(*self.listing_files, *listing_files),
            next_batch=max([self.next_batch, *(batch_of(name) for name in files.values())]) + 1,
        )

    def replacing(self, files: Mapping[str, Sequence[str]]) -> Manifest:
        """This manifest with the files of the named tables replaced; a table left without files is not named."""
        changed = {name: tuple(new) for name, new in files.items()}
        kept = {name: named for name, named in {**self.files, **changed}.items() if named}
        numbers = [batch_of(name) + 1 for named in changed.values() for name in named]
        return dataclasses.replace(self, files=kept, next_batch=max([self.next_batch, *numbers]))

    def without_batches(self, numbers: Iterable[int]) -> Manifest:
        """This manifest without the files of some batches: whom they covered is covered no more."""
        gone = set(numbers)
        return self.replacing({
            table: [name for name in files if batch_of(name) not in gone] for table, files in self.files.items()
        })  # fmt: skip

    def covering(self, listing_files: Iterable[str]) -> Manifest:
        """This manifest with other listing files covered."""
        return dataclasses.replace(self, listing_files=tuple(listing_files))

    def knowing(self, facts: Mapping[str, FileFacts]) -> Manifest:
        """This manifest with the facts of files that are new; those of files no longer named go."""
        known = {**self.facts, **facts}
        return dataclasses.replace(self, facts={name: known[name] for name in self.names})

    def as_json(self) -> str:
        """For the manifest's file, which other tools may read: `files` names the current files of each table."""
        given = {
            "reader_version": self.reader_version,
            "schema_version": self.schema_version,
            "files": {name: list(files) for name, files in sorted(self.files.items())},
            "listing_files": list(self.listing_files),
            "facts": {name: list(facts) for name, facts in sorted(self.facts.items())},
            "next_batch": self.next_batch,
        }
        return json.dumps(given, indent=1) + "\n"


def read_manifest(text: str) -> Manifest:
    """The manifest that a file holds. Raises ValueError or KeyError where it holds none."""
    given = json.loads(text)
    files = {name: tuple(named) for name, named in given["files"].items()}
    numbers = [batch_of(name) + 1 for named in files.values() for name in named]
    return Manifest(
        given["reader_version"],
        files,
        tuple(given["listing_files"]),
        given["schema_version"],
        {name: FileFacts(*facts) for name, facts in given.get("facts", {}).items()},
        given.get("next_batch", max(numbers, default=0)),
    )


def batch_of(name: str) -> int:
    """The number of the batch that a table file belongs to; -1 for a name that bears none."""
    found = _NUMBER.search(name)
    return int(found[1]) if found else -1
