import gzip

from tests.faces.service.service_world import Doors

from nanoward.faces.service.console.kept_rounds import drawn
from nanoward.faces.service.console.shell import (
    joined_gzip,
    pieces_of,
    section_place,
    templates,
)
from nanoward.programme.access.rights import Role


def test_pressed_pieces_join_to_one_member_that_anybody_opens() -> None:
    parts = [b"<html>", drawn(b"section " * 400), "ä".encode(), drawn(b""), b"</html>"]
    whole = b"".join(one if isinstance(one, bytes) else one.html for one in parts)
    assert gzip.decompress(joined_gzip(parts)) == whole


def test_sections_are_put_where_their_mark_stands() -> None:
    one = drawn(b"<section>")
    assert pieces_of(f"a{section_place('board')}b", {"board": one}) == [b"a", one, b"b"]


def test_pages_are_pressed_where_the_browser_takes_it(reading: Doors) -> None:
    nurse = reading.client(Role.NURSE)
    plain = nurse.get("/console/board", headers={"accept-encoding": "identity"})
    packed = nurse.get("/console/board", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    section = plain.text[plain.text.index('<section id="board"') :]
    assert section[:2000] in packed.text
    assert plain.headers["cache-control"] == "no-store"


def test_templates_escape() -> None:
    made = templates().from_string("{{ x }}").render(x="<svg onload=alert(1)>")
    assert "<" not in made
