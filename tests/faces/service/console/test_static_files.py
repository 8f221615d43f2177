import gzip

from tests.faces.service.service_world import Doors

from nanoward.faces.service.console.static_files import static_files


def test_script_is_small_and_every_file_is_named_by_its_content(reading: Doors) -> None:
    anybody = reading.client()
    files = static_files()
    script = sum(len(one.packed) for one in files.values() if one.kind == "js")
    assert script <= 25_000
    for one in files.values():
        told = anybody.get(one.url)
        assert told.content == one.content
        assert told.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert gzip.decompress(one.packed) == one.content


def test_another_version_s_file_is_not_there(reading: Doors) -> None:
    told = reading.client().get("/static/console-0000000000000000.css")
    assert told.status_code == 404
    assert told.json()["code"] == "SRV-030"


def test_what_is_not_ours_has_its_licence_beside_it() -> None:
    from importlib.resources import files

    own = files("nanoward.faces.service") / "static"
    assert "Permission to use" in own.joinpath("htmx-4.0.1.LICENSE.txt").read_text()
