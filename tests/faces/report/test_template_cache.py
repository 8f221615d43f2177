from pathlib import Path
from types import SimpleNamespace

import jinja2
import pytest

import nanoward
from nanoward.faces.report.template_cache import TemplateCache


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package elsewhere, whose compiled templates lie in a folder of the test."""
    loader = SimpleNamespace(
        get_data=lambda path: Path(path).read_bytes(),
        set_data=lambda path, content: (
            Path(path).parent.mkdir(parents=True, exist_ok=True),
            Path(path).write_bytes(content),
        ),
    )
    monkeypatch.setattr(nanoward, "__spec__", SimpleNamespace(loader=loader))
    monkeypatch.setattr(nanoward, "__path__", [str(tmp_path)])
    return tmp_path


def rendered(source: str, settings: str = "x") -> str:
    loader = jinja2.DictLoader({"one": source})
    known = jinja2.Environment(
        loader=loader, bytecode_cache=TemplateCache(settings), autoescape=True
    )
    return known.get_template("one").render(who="<a>")


def test_a_template_is_compiled_once(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rendered("{{ who }}!") == "&lt;a&gt;!"
    assert len(list(kept.rglob("*.bin"))) == 1

    def compiled(*_: object) -> None:
        raise AssertionError("compiled again")

    monkeypatch.setattr(jinja2.Environment, "compile", compiled)
    assert rendered("{{ who }}!") == "&lt;a&gt;!"


@pytest.mark.hazard("H-440")
def test_an_edited_template_is_used_at_once_without_deleting_anything(kept: Path) -> None:
    assert rendered("{{ who }}: held") == "&lt;a&gt;: held"
    assert rendered("{{ who }}: recalled") == "&lt;a&gt;: recalled"
    assert len(list(kept.rglob("*.bin"))) == 1


@pytest.mark.hazard("H-440")
def test_what_was_compiled_otherwise_is_not_used(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered("a")
    rendered("a", settings="y")
    monkeypatch.setattr(jinja2, "__version__", "0.0.1")
    rendered("a")
    assert len(list(kept.rglob("*.bin"))) == 3


@pytest.mark.parametrize("broken", [b"", b"x", b"0" * 64 + b"\nabc"])
def test_what_is_broken_is_compiled_anew(kept: Path, broken: bytes) -> None:
    rendered("{{ who }}")
    (file,) = kept.rglob("*.bin")
    whole = file.read_bytes()
    file.write_bytes(broken)
    assert rendered("{{ who }}") == "&lt;a&gt;"
    assert file.read_bytes() == whole
    file.write_bytes(whole[:-1])
    assert rendered("{{ who }}") == "&lt;a&gt;"


def test_code_that_somebody_changed_is_not_run(kept: Path) -> None:
    assert rendered("HELD {{ who }}") == "HELD &lt;a&gt;"
    (file,) = kept.rglob("*.bin")
    assert b"HELD" in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(b"HELD", b"FREE"))
    assert rendered("HELD {{ who }}") == "HELD &lt;a&gt;"


def test_where_nothing_can_be_written_it_is_compiled_each_time(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nanoward.__spec__.loader, "set_data", lambda *_: None)
    assert rendered("{{ who }}") == rendered("{{ who }}") == "&lt;a&gt;"
    assert not list(kept.rglob("*.bin"))
