import json
import re
from pathlib import Path

import pytest
from tests.faces.service.participant.me_world import ME, PHONE, at_home, make_home

from nanoward.faces.service.participant.own_page import static_file, version


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("shell") / "home")


def test_the_shell_is_the_same_for_everybody_and_holds_nobodys_data(home: Path) -> None:
    with at_home(home) as doors:
        pages = [doors.client(who).get("/me/").text for who in (None, ME)]
    plain = [re.sub(r'value="[0-9a-f]{32}"', "", one) for one in pages]
    assert plain[0] == plain[1]
    assert ME not in pages[1]
    assert PHONE in pages[0]


def test_the_way_out_stands_first_on_the_page_and_asks_no_reason(home: Path) -> None:
    with at_home(home) as doors:
        page = doors.client(None).get("/me/").text
    assert page.index("Stop my agent") < page.index("<header>")
    way_out = page[page.index("<aside") : page.index("</aside>")]
    assert "Leave now" in way_out
    for word in ("required", "disabled", "reason", "captcha", "sure", "warning", "select"):
        assert word not in way_out


@pytest.mark.hazard("H-415")
def test_the_shell_stands_while_the_plan_is_broken(home: Path, tmp_path: Path) -> None:
    import shutil

    ward = tmp_path / "broken"
    shutil.copytree(home, ward)
    with at_home(ward) as doors:
        (ward / "programme.toml").write_bytes(b"\xff = = [")
        answer = doors.client(None).get("/me/")
    assert answer.status_code == 200
    assert "Stop my agent" in answer.text


def test_style_and_script_are_kept_by_their_version_and_nothing_else_is_given(
    home: Path,
) -> None:
    with at_home(home) as doors:
        client = doors.client(None)
        page = client.get("/me/").text
        assert f"/me/static/me.js?v={version()}" in page
        told = client.get(f"/me/static/me.js?v={version()}")
        assert told.headers["content-type"].startswith("text/javascript")
        assert "immutable" in told.headers["cache-control"]
        assert client.get("/me/static/sw.js").status_code == 404
        assert client.get("/me/static/..%2Fown_page.py").status_code == 404
        worker = client.get("/me/sw.js")
        assert version() in worker.text
        assert "VERSION" not in worker.text
        manifest = json.loads(client.get("/me/manifest.webmanifest").text)
        assert (manifest["start_url"], manifest["scope"]) == ("/me/", "/me/")
    assert len(static_file("me.js")) < 25_000


def test_a_language_is_chosen_without_script_and_leads_nowhere_else(home: Path) -> None:
    with at_home(home) as doors:
        client = doors.client(None)
        came = {"referer": "https://evil.example/me/home"}
        told = client.post("/me/language", data={"language": "de"}, headers=came,
                           follow_redirects=False)  # fmt: skip
        assert (told.status_code, told.headers["location"]) == (303, "/me/home")
        assert "Jetzt gehen" in client.get("/me/").text
        for place in ("https://evil.example//x", "javascript:x", "/me//evil"):
            told = client.post("/me/language", data={"language": "xx"},
                               headers={"referer": place}, follow_redirects=False)  # fmt: skip
            assert told.headers["location"] == "/me/"
        assert 'lang="ar" dir="rtl"' in client.get("/me/", headers={"cookie": "lang=ar"}).text
