"""ASVS 5.0 lines on what a browser is told, and on addresses that a request may not choose."""

from pathlib import Path

import pytest
from tests.faces.service.service_world import doors

from nanoward.faces.service.api.openapi import api_document
from nanoward.faces.service.guard import all_routes
from nanoward.programme.access.rights import Role

PAGES = ("/health/live", "/nowhere", "/sign-in", "/console/now", "/api/v1/openapi.json")


@pytest.mark.parametrize("page", PAGES)
def test_asvs_3_4_1_only_the_secure_way_is_taken_for_a_year(ward: Path, page: str) -> None:
    with doors(ward) as made:
        told = made.client(Role.NURSE).get(page)
    assert told.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("page", PAGES)
def test_asvs_3_4_4_no_browser_guesses_what_an_answer_is(ward: Path, page: str) -> None:
    with doors(ward) as made:
        told = made.client(Role.NURSE).get(page)
    assert told.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("page", PAGES)
def test_asvs_3_4_6_no_other_page_frames_ours(ward: Path, page: str) -> None:
    with doors(ward) as made:
        told = made.client(Role.NURSE).get(page)
    assert "frame-ancestors 'none'" in told.headers["content-security-policy"]


def test_asvs_1_3_6_no_request_names_an_address_that_we_then_ask(ward: Path) -> None:
    """Drivers, witnesses and channels are named by the plan and keys alone, by no request."""
    with doors(ward) as made:
        document = api_document(made.app)
        paths = [path for path, _ in all_routes(made.app.routes)]
    fields = {
        (name, key, told.get("format"))
        for name, schema in document["components"]["schemas"].items()
        if name.endswith("Body")
        for key, told in schema.get("properties", {}).items()
    }
    assert len(fields) > 50
    words = ("url", "uri", "host", "endpoint", "webhook", "address")
    assert [one for one in fields if one[1] in words] == []
    assert [one for one in fields if one[2] in ("uri", "url")] == []
    assert [path for path in paths if "url" in path.split("/")] == []
