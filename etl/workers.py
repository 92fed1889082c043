"""Cards read by worker processes: tasks out, tables back, in order, never more of either in memory than a few tasks.

Promises: the tables come in the order of the cards, whoever read them; a card that crashes the reader costs itself and
a finding, and so does one that kills its process; the processes read on while the caller writes, and end with it.

What must not move in: how a card is read (`etl.reading`), what becomes of the tables (`etl.tables`).
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import TypeAlias

import pyarrow as pa

from etl.cards.card import git_blob_sha1
from etl.reading import Reading, collector_paused, read_card
from warehouse.lake import LakeError
from warehouse.schema import CARD_READINGS, FACT_TABLES, FINDINGS, About, CardReading, CardStatus, Finding, Source

CARDS_PER_TASK = 200
BYTES_PER_TASK = 4 << 20
TASKS_AHEAD = 4
"""Tasks given out for each process before their tables are asked for: a second of work, while the caller writes."""


class NoWorkers(LakeError):
    """No process can be started to read cards in."""


Card: TypeAlias = tuple[str, str, bytes]
"""model_id, card_blob, content."""
Task: TypeAlias = list[Card]
Tables: TypeAlias = dict[str, pa.Table]


def tasks_of(cards: Iterable[Card]) -> Iterator[Task]:
    """The cards in tasks, in order."""
    task: Task = []
    size = 0
    for card in cards:
        task.append(card)
        size += len(card[2])
        if len(task) == CARDS_PER_TASK or size >= BYTES_PER_TASK:
            yield task
            task, size = [], 0
    if task:
        yield task


def read_tasks(tasks: Iterable[Task], processes: int) -> Generator[tuple[Task, Tables]]:
    """Each task with its tables, in order; read in this process where `processes` is 1."""
    if processes > 1:
        yield from _read_in_pool(iter(tasks), processes)
        return
    for task in tasks:
        yield task, read_task(task)


def _read_in_pool(tasks: Iterator[Task], processes: int) -> Iterator[tuple[Task, Tables]]:
    """As `read_tasks`. Where a process dies, the task in turn is read apart, and the others are given out again."""
    pool = _pool(processes)
    under_way: deque[tuple[Task, Future[Tables]]] = deque()
    try:
        while True:
            for task in itertools.islice(tasks, processes * TASKS_AHEAD - len(under_way)):
                under_way.append((task, _give_out(pool, task)))
            if not under_way:
                return
            task, future = under_way.popleft()
            try:
                tables = future.result()
            except BrokenProcessPool:
                tables = read_bisecting(task)
                pool.shutdown(cancel_futures=True)
                pool = _pool(processes)
                under_way = deque((t, _give_out(pool, t)) for t, _ in under_way)
            yield task, tables
    finally:
        pool.shutdown(cancel_futures=True)


def _give_out(pool: ProcessPoolExecutor, task: Task) -> Future[Tables]:
    try:
        return pool.submit(read_task, task)
    except BrokenProcessPool as error:  # it broke over another task since we last asked
        failed: Future[Tables] = Future()
        failed.set_exception(error)
        return failed


def _pool(processes: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_end_with_the_parent)


def _end_with_the_parent() -> None:
    """Let this worker end when the process that reads its tables is killed: it would wait for a task for ever.

    (CPython 3.11: each worker holds the writing end of the tasks' pipe itself, and sees no end of it.)
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent.sentinel,), daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def read_bisecting(task: Sequence[Card]) -> Tables:
    """One task's tables, read in processes of their own, halved where one dies; the killer's finding in its place."""
    with _pool(1) as pool:
        try:
            return pool.submit(read_task, task).result()
        except BrokenProcessPool:
            pass
    if len(task) == 1:
        _refuse_without_processes()
        return _tables([_unreadable(task[0], "reader_killed_process", "its worker process died")])
    middle = len(task) // 2
    halves = [read_bisecting(task[:middle]), read_bisecting(task[middle:])]
    return {name: pa.concat_tables([half[name] for half in halves]) for name in halves[0]}


def _refuse_without_processes() -> None:
    """Raise NoWorkers where not even a process that has nothing to read comes back: then no card is to blame."""
    with _pool(1) as pool:
        try:
            pool.submit(read_task, []).result()
        except BrokenProcessPool:
            raise NoWorkers(
                "no worker process can start; a script that reads cards does so below `if __name__ == '__main__':`"
            ) from None


def read_task(task: Sequence[Card]) -> Tables:
    """The tables of some cards. A card that crashes the reader gives a finding instead of facts."""
    with collector_paused():
        return _tables([_read_one(card) for card in task])


def _read_one(card: Card) -> Reading:
    model_id, _, content = card
    try:
        return read_card(content, model_id=model_id)
    except Exception as error:
        return _unreadable(card, "reader_crashed", f"{type(error).__name__}: {error}")


def _unreadable(card: Card, code: str, why: str) -> Reading:
    model_id, blob, content = card
    whole = CardReading(
        model_id=model_id, card_blob=blob or git_blob_sha1(content), card_status=CardStatus.OK, card_bytes=len(content),
        card_title=None, card_generator=None, card_generator_version=None, license=None, library_name=None,
        pipeline_tag=None, about=About.UNCLEAR, about_model=None, body_digest=None,
    )  # fmt: skip
    finding = Finding(source=Source.PROSE, line=None, code=code, place="card", excerpt=why[:160])
    return Reading(model_id, whole, {**dict.fromkeys(FACT_TABLES, ()), FINDINGS.name: (finding,)})


def _tables(readings: Sequence[Reading]) -> Tables:
    tables = {CARD_READINGS.name: CARD_READINGS.arrow([r.card for r in readings])}
    for name, table in FACT_TABLES.items():
        tables[name] = table.arrow_of_cards((r.model_id, r.card.card_blob, r.tables[name]) for r in readings)
    return tables
