"""What a listed repo needs: nothing, a note, or a request. Rules only.

The commit decides: a card looked at for the commit now listed is not looked at again, unless the look failed, or the
listing says that what stood in its way (a gate, a ban, the repo's absence) is no longer there.

What must not move in: the network, files, the clock (the time is given).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from etl.hub.fetching import Target
from etl.hub.known import SETTLED, Known, LastLook
from etl.hub.rows import ListedRepo
from warehouse.schema import CardStatus


class Need(StrEnum):
    """What is to be done about a listed repo."""

    NOTHING = "nothing"
    WAIT = "wait"
    """Its look failed; it is not yet due again."""
    SAME_CARD = "same_card"
    """Another name of a repo that is known at this very commit."""
    NO_CARD = "no_card"
    """Its files are listed, and README.md is not among them."""
    FETCH = "fetch"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a listed repo needs, with the earlier look that says so or the target to fetch."""

    need: Need
    earlier: LastLook | None = None
    target: Target | None = None


def compare(repo: ListedRepo, known: Known, at: datetime) -> Comparison:
    """What a repo listed at that time needs, given what is known."""
    look = known.looks.get(repo.model_id)
    if look and look.is_at(repo.revision):
        if not (look.has_failed or _may_be_seen_again(look, repo)):
            return Comparison(Need.NOTHING, look)
        if not look.is_due(at):
            return Comparison(Need.WAIT, look)
    if look is None and (dumped := _as_dumped(repo, known)):
        return Comparison(Need.NOTHING, dumped)
    if same := _under_another_name(repo, known):
        return Comparison(Need.SAME_CARD, same)
    if repo.has_card is False:
        return Comparison(Need.NO_CARD)
    blob = look.card_blob if look and look.status == CardStatus.OK else None
    return Comparison(Need.FETCH, look, Target(repo.model_id, repo.hub_id, repo.revision, blob))


def _may_be_seen_again(look: LastLook, repo: ListedRepo) -> bool:
    """Whether the listing contradicts why the card could not be had. Opening a gate makes no commit."""
    return (
        look.status == CardStatus.GONE
        or (look.status == CardStatus.GATED and repo.is_gated is False)
        or (look.status == CardStatus.DISABLED and repo.is_disabled is False)
    )


def _as_dumped(repo: ListedRepo, known: Known) -> LastLook | None:
    """The card as a dump took it, if the repo was last changed then when it still is: then it is that card.

    So a dump that gives `last_modified` spares a first crawl every card that has not changed since.
    """
    dumped = known.dumped.get(repo.model_id)
    if dumped is None or dumped.status not in SETTLED or repo.last_modified is None:
        return None
    is_same = dumped.observed_at.replace(microsecond=0) == repo.last_modified.replace(microsecond=0)
    return dumped if is_same else None


def _under_another_name(repo: ListedRepo, known: Known) -> LastLook | None:
    """The look at this commit of the same repo (same hub_id) under the name it had before."""
    name = known.names.get(repo.hub_id or "")
    look = known.looks.get(name) if name and name != repo.model_id else None
    return look if look and look.is_at(repo.revision) and look.status in SETTLED else None
