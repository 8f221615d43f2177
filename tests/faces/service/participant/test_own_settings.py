from pathlib import Path

from tests.faces.service.participant.me_world import ME, at_home, give_certificate, make_home


def test_my_settings_and_what_i_may_set_alone(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    with at_home(home) as doors:
        page = doors.client(ME).get("/me/settings").text
        assert "You have no paper for it yet." in page
        assert "Have less now" in page
        give_certificate(home)
        page = doors.client(ME).get("/me/settings").text
        assert "data-certificate=" in page
        name = home / "certificates" / f"certificate-{ME}.json"
        name.write_bytes(name.read_bytes().replace(b"100", b"300"))
        page = doors.client(ME).get("/me/settings").text
        assert "Nothing may be set alone now." in page
        assert "data-certificate=" not in page
        assert "300" not in page[page.index("What you may set alone") :]
