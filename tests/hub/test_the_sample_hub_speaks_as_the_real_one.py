"""The sample hub answers huggingface_hub's own client as the real Hub does (platform facts, huggingface_hub 2.4)."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from huggingface_hub import HfApi, get_session, hf_hub_download, hf_hub_url
from huggingface_hub.errors import (
    DisabledRepoError,
    GatedRepoError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import hf_raise_for_status, http_backoff, parse_ratelimit_headers

from etl.cards.card import git_blob_sha1
from etl.hub.sample.faults import Fault, Kind, Misbehaviour
from etl.hub.sample.server import SampleHub
from tests.hub.conftest import World

CARD = "# A card\n"


def _api(hub: SampleHub) -> HfApi:
    return HfApi(endpoint=hub.endpoint, token=False)


def _get(url: str, **headers: str) -> httpx2.Response:
    return get_session().get(url, headers=headers, follow_redirects=False, timeout=10)


def test_a_listing_is_paged_with_links_that_the_client_follows(world: World) -> None:
    world.tree.many(7)
    with world.serve(page_size=3) as hub:
        listed = [m.id for m in _api(hub).list_models(sort="created_at")]
        assert listed == [f"example-many/model-{i:03d}" for i in reversed(range(7))]
        assert hub.requests[Kind.LIST] == 3


def test_scopes_narrow_a_listing_as_the_client_asks(world: World) -> None:
    world.tree.repo("example-a/dpo-one", tags=["dpo", "trl"], downloads=5)
    world.tree.repo("example-a/dpo-two", tags=["dpo"], pipeline_tag="text-generation", downloads=9)
    world.tree.repo("example-b/plain", tags=["en"], downloads=7)
    with world.serve() as hub:
        api = _api(hub)
        assert {m.id for m in api.list_models(filter="dpo")} == {"example-a/dpo-one", "example-a/dpo-two"}
        assert {m.id for m in api.list_models(filter=["dpo", "trl"])} == {"example-a/dpo-one"}
        assert {m.id for m in api.list_models(author="example-b")} == {"example-b/plain"}
        assert {m.id for m in api.list_models(search="TWO")} == {"example-a/dpo-two"}
        assert [m.downloads for m in api.list_models(sort="downloads")] == [9, 7, 5]
        assert len(list(api.list_models(limit=2))) == 2


def test_expand_chooses_the_fields_of_a_row(world: World) -> None:
    world.tree.repo("example-a/one", cardData={"license": "mit"}, safetensors={"parameters": {"F32": 9}, "total": 9})
    with world.serve() as hub:
        (row,) = _get(hub.endpoint + "/api/models?expand=sha&expand=cardData").json()
        assert set(row) == {"_id", "id", "sha", "cardData"}
        (model,) = _api(hub).list_models(expand=["safetensors", "siblings"])
        assert model.safetensors is not None
        assert model.safetensors.total == 9
        assert {s.rfilename for s in model.siblings or []} == {".gitattributes", "README.md"}


def test_an_unknown_field_is_refused(world: World) -> None:
    with world.serve(knows_fields=frozenset({"sha"})) as hub:
        answer = _get(hub.endpoint + "/api/models?expand=sha&expand=gguf")
        assert answer.status_code == 400
        assert "gguf" in answer.json()["error"]


def test_model_info_answers_for_a_repo_and_a_revision(world: World) -> None:
    world.tree.repo("example-a/one", likes=3)
    with world.serve() as hub:
        info = _api(hub).model_info("example-a/one")
        assert (info.id, info.likes) == ("example-a/one", 3)
        assert _api(hub).model_info("example-a/one", revision=info.sha).sha == info.sha


def test_a_card_is_reached_over_a_relative_redirect_with_the_blobs_etag(world: World) -> None:
    world.tree.repo("example-a/one", CARD)
    with world.serve() as hub:
        first = _get(hf_hub_url("example-a/one", "README.md", endpoint=hub.endpoint))
        assert first.status_code == 307
        assert first.headers["location"].startswith("/api/resolve-cache/models/example-a/one/")
        second = _get(hub.endpoint + first.headers["location"])
        assert second.content == CARD.encode()
        assert second.headers["etag"] == f'"{git_blob_sha1(CARD.encode())}"'
        assert second.headers["x-repo-commit"] in first.headers["location"]
        assert (
            _get(hub.endpoint + first.headers["location"], **{"If-None-Match": second.headers["etag"]}).status_code
            == 304
        )


def test_the_clients_own_download_works(world: World, tmp_path: Path) -> None:
    world.tree.repo("example-a/one", CARD)
    with world.serve() as hub:
        path = hf_hub_download("example-a/one", "README.md", endpoint=hub.endpoint, cache_dir=tmp_path, token=False)
        assert Path(path).read_bytes() == CARD.encode()


def test_an_old_commit_still_serves_its_card(world: World) -> None:
    world.tree.repo("example-a/one", "# Before\n")
    world.tree.repo("example-a/one", "# After\n", day=2)
    with world.serve() as hub:
        before = _api(hub).model_info("example-a/one").sha
    with world.serve(2) as hub:
        assert _api(hub).model_info("example-a/one").sha != before
        url = hf_hub_url("example-a/one", "README.md", revision=before, endpoint=hub.endpoint)
        assert http_backoff("GET", url, follow_redirects=True, timeout=10).text == "# Before\n"


@pytest.mark.parametrize(
    ("model_id", "revision", "error"),
    [
        ("example-a/gated", "main", GatedRepoError),
        ("example-a/disabled", "main", DisabledRepoError),
        ("example-a/bare", "main", RemoteEntryNotFoundError),
        ("example-a/bare", "0" * 40, RevisionNotFoundError),
        ("example-a/gone", "main", RepositoryNotFoundError),
        ("example-a/never-was", "main", RepositoryNotFoundError),
    ],
)
def test_refusals_are_the_errors_that_the_client_knows(
    world: World, model_id: str, revision: str, error: type[Exception]
) -> None:
    world.tree.repo("example-a/gated", _sample={"gated": "manual"})
    world.tree.repo("example-a/disabled", _sample={"disabled": True})
    world.tree.repo("example-a/bare", None)
    world.tree.repo("example-a/gone", _sample={"gone": True})
    with world.serve() as hub, pytest.raises(error):
        hf_raise_for_status(_get(hf_hub_url(model_id, "README.md", revision=revision, endpoint=hub.endpoint)))


def test_a_renamed_repo_answers_under_its_new_name(world: World) -> None:
    world.tree.repo("example-a/old", _sample={"renamed_to": "example-a/new"})
    world.tree.repo("example-a/new")
    with world.serve() as hub:
        assert _api(hub).model_info("example-a/old").id == "example-a/new"


def test_every_answer_tells_the_window_and_too_many_requests_are_refused(world: World) -> None:
    with world.serve(quotas={"api": (2, 300), "resolvers": (1, 300), "pages": (1, 300)}) as hub:
        for left, status in ((1, 200), (0, 200), (0, 429)):
            answer = _get(hub.endpoint + "/api/models")
            info = parse_ratelimit_headers(answer.headers)
            assert info is not None
            assert (info.resource_type, info.remaining, info.limit, answer.status_code) == ("api", left, 2, status)


def test_a_fault_strikes_as_often_as_it_is_told(world: World) -> None:
    world.tree.many(1)
    fault = Fault(Misbehaviour.STATUS, on=Kind.LIST, status=503, times=1, skip=1)
    with world.serve(faults=[fault]) as hub:
        assert [_get(hub.endpoint + "/api/models").status_code for _ in range(3)] == [200, 503, 200]
