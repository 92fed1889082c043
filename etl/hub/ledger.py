"""The ledger: every run leaves one row, however it ends.

Promises: what was gathered is flushed before the row is written; a full disk is said in one line.

What must not move in: what a run does.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from etl.hub.client import Tally
from etl.hub.known import Known
from etl.hub.pace import Ended
from etl.hub.recording import Recorder, new_crawl_id
from etl.hub.rows import one_line
from warehouse.lake import Lake, LakeError, now
from warehouse.one_writer import FULL
from warehouse.schema import CRAWL_RUNS, OBSERVATIONS, POPULARITY, RUNNING, CrawlRun

KILLED = "killed"


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What one run did: the ledger's row, its JSON columns read."""

    run: CrawlRun

    @property
    def listed(self) -> int:
        """Repos listed."""
        return self.run.listed

    @property
    def stored(self) -> int:
        """Cards whose bytes were new."""
        return self.run.cards_stored

    @property
    def unchanged(self) -> int:
        """Repos whose card was known as it is: no request made, nothing stored."""
        return self.run.cards_unchanged

    @property
    def statuses(self) -> dict[str, int]:
        """Observations by status."""
        return dict(json.loads(self.run.statuses))

    @property
    def requests(self) -> int:
        """Requests in all."""
        return sum(json.loads(self.run.requests).values())

    @property
    def incidents(self) -> dict[str, Any]:
        """What was refused, skipped, met twice, renamed or moved: counts, and `examples`."""
        return dict(json.loads(self.run.incidents))

    @property
    def ended_because(self) -> str:
        """complete, limit, budget, interrupted or the error in one line."""
        return self.run.ended_because

    @property
    def seconds(self) -> float:
        """How long it took."""
        return ((self.run.ended_at or self.run.started_at) - self.run.started_at).total_seconds()


class Incidents:
    """What a run refused, skipped, met twice or found moved: counts, and a few examples of each."""

    EXAMPLES = 5

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}

    def note(self, kind: str, example: str | None = None) -> None:
        """One more of a kind."""
        self.counts[kind] += 1
        if example is not None and len(self._examples.setdefault(kind, [])) < self.EXAMPLES:
            self._examples[kind].append(one_line(example))

    def as_json(self) -> str:
        """For the ledger."""
        return json.dumps({**self.counts, **({"examples": self._examples} if self._examples else {})}, sort_keys=True)


@dataclass
class Run:
    """One run under way: what it is, what it has gathered, how far it came."""

    lake: Lake
    source: str
    scope: Mapping[str, Any]
    known: Known
    tally: Tally = field(default_factory=Tally)
    incidents: Incidents = field(default_factory=Incidents)
    listed: int = 0
    unchanged: int = 0
    is_listing_complete: bool = False
    is_full_listing: bool = False
    watermark: datetime | None = None
    ended_because: str = "complete"

    def __post_init__(self) -> None:
        last = _last_moment(self.lake)
        self._clock_is_behind = max(timedelta(0), last - now()) if last else timedelta(0)
        if self._clock_is_behind:
            self.incidents.note("clock_behind", f"{self._clock_is_behind}: set this machine's clock")
        self.started_at = self.now()
        self.crawl_id = new_crawl_id(self.lake)
        self.recorder = Recorder(self.lake, self.crawl_id, self.source, self.known)

    def now(self) -> datetime:
        """The time, never before that of an earlier run: a clock that was set back must not make new looks old ones."""
        return now() + self._clock_is_behind

    @contextlib.contextmanager
    def recorded(self) -> Iterator[None]:
        """Do the run's work inside: its row is in the ledger from the start, and says in the end why it ended.

        An early end (Ended) is no error.
        """
        settle_killed_runs(self.lake)
        self.lake.write_crawl_run(self.row(RUNNING, None))
        try:
            yield
            self.recorder.flush()
        except Ended as end:
            self.ended_because = str(end)
            self.recorder.flush()
        except OSError as err:
            self.ended_because = one_line(f"{type(err).__name__}: {err.strerror or err}")
            if err.errno not in FULL:
                raise
            raise LakeError(f"no space left for {self.lake.home}; what was written before is kept") from None
        except BaseException as err:
            self.ended_because = one_line(str(err) if isinstance(err, LakeError) else f"{type(err).__name__}: {err}")
            self.recorder.flush()
            raise
        finally:
            with contextlib.suppress(OSError):  # a full disk: its error is under way already
                self.lake.write_crawl_run(self.row(self.ended_because, self.now()))

    def row(self, because: str, ended_at: datetime | None) -> CrawlRun:
        """The ledger's row as the run stands now."""
        return CrawlRun(
            crawl_id=self.crawl_id,
            source=self.source,
            scope=json.dumps(self.scope),
            started_at=self.started_at,
            ended_at=ended_at,
            ended_because=because,
            is_full_listing=self.is_full_listing,
            listed=self.listed,
            cards_stored=self.recorder.cards_stored,
            cards_unchanged=self.unchanged,
            statuses=json.dumps(dict(sorted(self.recorder.statuses.items()))),
            requests=json.dumps(dict(sorted(self.tally.requests.items()))),
            not_modified=self.tally.answers[304],
            rate_limited=self.tally.answers[429],
            retries=self.tally.retries,
            bytes_received=self.tally.bytes_received,
            is_listing_complete=self.is_listing_complete,
            watermark=self.watermark,
            incidents=self.incidents.as_json(),
        )

    def report(self) -> CrawlReport:
        """What the run did."""
        return CrawlReport(self.row(self.ended_because, self.now()))


def _last_moment(lake: Lake) -> datetime | None:
    """When the ledger was last written; None where it never was."""
    times = (rows[c].to_pylist() for rows in lake.raw_rows(CRAWL_RUNS, ("started_at", "ended_at")) for c in (0, 1))
    return max((t for column in times for t in column if t), default=None)


def settle_killed_runs(lake: Lake) -> None:
    """Say of every run that never said how it ended that it was killed, and count what it left.

    For the holder of the writer lock: no other run is under way.
    """
    names = [c.name for c in CRAWL_RUNS.columns]
    for table in lake.raw_rows(CRAWL_RUNS, names):
        for given in table.to_pylist():
            if given["ended_because"] == RUNNING:
                ids = {given["crawl_id"]}
                looks = [row for t in lake.raw_rows(OBSERVATIONS, ("status", "content"), ids) for row in t.to_pylist()]
                given["ended_because"] = KILLED
                given["listed"] = sum(t.num_rows for t in lake.raw_rows(POPULARITY, ("model_id",), ids))
                given["cards_stored"] = sum(row["content"] is not None for row in looks)
                given["statuses"] = json.dumps(dict(sorted(Counter(row["status"] for row in looks).items())))
                lake.write_crawl_run(CrawlRun(**given))
