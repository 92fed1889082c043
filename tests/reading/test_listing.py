"""One row of the Hub's listing, read: whatever stands in it, what leaves the reader is typed."""

from __future__ import annotations

import json
from datetime import datetime
from operator import attrgetter
from typing import Any

import pytest

from etl.reading.listing import read_listing
from warehouse.schema import LISTED_MODELS, ListedModel, Listing

TOKEN = "hf" + "_" + "AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh"


def read(**row: Any) -> ListedModel:
    text = json.dumps({"id": "example-a/x", **row})
    listed = read_listing(Listing("c1", "example-a/x", None, None, datetime(2026, 1, 1), "hub", text, "d"))
    LISTED_MODELS.arrow([listed])
    return listed


def test_half_a_character_becomes_a_mark_that_tables_can_hold() -> None:
    one = read(tags=["\ud800ab", "fine"], library_name="\udfff", cardData={"license": "a\ud800"})
    assert attrgetter("tags", "library_name", "license")(one) == (("?ab", "fine"), "?", "a?")


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-01:00", "yesterday", 5])
def test_a_time_that_no_calendar_has_is_none(time: object) -> None:
    assert read(lastModified=time, createdAt=time).last_modified is None


@pytest.mark.parametrize("number", [10**400, -1, float("inf"), float("nan"), "7", True])
def test_a_count_that_is_none_is_null(number: object) -> None:
    assert (read(downloads=number).downloads, read(safetensors={"total": number}).parameters) == (None, None)


def test_no_token_leaves_a_listing() -> None:
    card = {"license": TOKEN, "language": [TOKEN], "datasets": f"a/{TOKEN}"}
    one = read(tags=[TOKEN, f"dataset:{TOKEN}", f"base_model:a/{TOKEN}"], library_name=TOKEN, cardData=card)
    assert TOKEN[3:] not in repr(one)
    assert one.tags[0] == "[secret]"
