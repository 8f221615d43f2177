import importlib.util
from pathlib import Path

from tests.faces.service.service_world import doors

from nanoward.faces.service.problem_pages import FILE, page, problem_texts
from nanoward.faces.service.problems import NOT_FOUND

ROOT = Path(__file__).parents[3]


def test_what_an_error_means_is_told_to_anybody(ward: Path) -> None:
    with doors(ward) as made:
        client = made.client()
        told = client.get("/problems/REF-001").json()
        assert told["next_step"] == "Read the reasons; nothing was done."
        html = client.get("/problems/SRV-013", headers={"Accept": "text/html"})
        assert "What to do" in html.text
        assert client.get("/problems/HTTP-404").status_code == 200
        assert client.get("/problems/ZZZ-999").status_code == 404
        assert client.get("/problems/x").status_code == 422


def test_the_texts_are_those_of_the_errors_page() -> None:
    place = ROOT / "docs" / "write_reference.py"
    spec = importlib.util.spec_from_file_location("write_reference", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    file = ROOT / "src" / "nanoward" / "faces" / "service" / FILE
    assert file.read_text() == module.problem_texts(), "run docs/write_reference.py"
    assert set(problem_texts()) >= NOT_FOUND


def test_what_stands_in_a_text_is_no_markup() -> None:
    assert "<b>" not in page("X-1", {"title": "<b>", "next_step": "<b>"})
