from tests.faces.service.identity.identity_world import stranger
from tests.faces.service.service_world import Doors


def test_style_and_script_come_from_here_and_nothing_else_does(made: Doors) -> None:
    client = stranger(made)
    for name, kind in (("passkeys.js", "text/javascript"), ("identity.css", "text/css")):
        told = client.get(f"/sign-in/static/{name}")
        assert told.headers["content-type"].startswith(kind)
        assert "max-age" in told.headers["cache-control"]
    for name in ("..%2Fidentity_pages.py", "identity_pages.py", "%2e%2e"):
        assert client.get(f"/sign-in/static/{name}").status_code == 404


def test_no_page_has_a_script_or_a_style_of_its_own(made: Doors) -> None:
    text = stranger(made).get("/sign-in").text
    assert "<style" not in text
    assert " style=" not in text
    assert text.count("<script") == text.count('<script src="/sign-in/static/')
