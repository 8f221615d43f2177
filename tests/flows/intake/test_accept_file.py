from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.base.entries import FileAccepted, kind_of
from nanoward.flows.intake.accept_file import (
    Acceptance,
    NothingToUseError,
    NotTheirFileError,
    OtherColumnsError,
    OthersInFileError,
    accept_file,
    keep_for_look,
    with_columns,
)
from nanoward.wiring.console import formats_of
from nanoward.wiring.service import to_act

NOW = datetime(2026, 6, 29, tzinfo=UTC)
MARKERS = b"sample,strain,n_markers_detected,n_markers_total,mean_marker_depth\nS1,a,3,4,9.5\n"
GOOD = b"a,b,kind,first\nP001,P002,household,2026-04-01\n"


def acceptance(sha256: str, name: str = "contacts.csv", **more: object) -> Acceptance:
    told = {"sha256": sha256, "name": name, "role": "", "by": "ana", **more}
    return Acceptance(**told)  # type: ignore[arg-type]


def test_a_file_is_accepted_once_with_what_stood_there_kept(ward: Path) -> None:
    with to_act(str(ward)) as ports:
        before = ports.folder.content("data/contacts.csv")
        formats = formats_of(ports.folder.plan(), "", {})
        kept = keep_for_look(ports, GOOD)
        _, entry = accept_file(ports, formats, acceptance(kept))
        assert entry.rows == 1
        assert ports.folder.content("data/contacts.csv") == GOOD
        assert ports.blobs.get(entry.replaces_sha256) == before  # type: ignore[arg-type]
        accept_file(ports, formats, acceptance(kept))
        assert len(list(ports.ledger.records(kind=kind_of(FileAccepted)))) == 1


def test_a_file_without_a_row_or_of_another_right_is_refused(ward: Path) -> None:
    with to_act(str(ward)) as ports:
        formats = formats_of(ports.folder.plan(), "", {})
        empty = keep_for_look(ports, b"a,b,kind,first\n")
        with pytest.raises(NothingToUseError):
            accept_file(ports, formats, acceptance(empty))
        with pytest.raises(NotTheirFileError):
            accept_file(ports, formats, acceptance(keep_for_look(ports, GOOD), genomic=True))


@pytest.mark.hazard("H-457")
def test_who_reaches_some_brings_files_of_these_alone(ward: Path) -> None:
    ours = frozenset({"P001", "P002"})
    with to_act(str(ward)) as ports:
        formats = formats_of(ports.folder.plan(), "", {})
        kept = keep_for_look(ports, GOOD)
        with pytest.raises(OthersInFileError):  # what stands there names many
            accept_file(ports, formats, acceptance(kept, near=ours))
        ports.folder.put("data/contacts.csv", GOOD)
        with pytest.raises(OthersInFileError):
            accept_file(ports, formats, acceptance(kept, near=frozenset({"P001"})))
        more = keep_for_look(ports, GOOD.replace(b"household", b"work"))
        _, entry = accept_file(ports, formats, acceptance(more, near=ours))
        assert entry.rows == 1
        nobody = keep_for_look(ports, MARKERS)
        with pytest.raises(OthersInFileError, match="names nobody"):
            accept_file(ports, formats, acceptance(nobody, "markers.csv", near=ours))


@pytest.mark.hazard("H-414")
def test_columns_are_added_and_all_else_of_the_plan_stays() -> None:
    text = '# mine\nname = "x"\n\n[columns.samples]  # told\nsample = "id"\n\n[bonds]\n'
    made = with_columns(text, "contacts", {"a": 'the "first"'})
    assert made.startswith(text.rstrip())
    assert '[columns.contacts]\na = "the \\"first\\""\n' in made
    more = with_columns(made, "samples", {"taken": "day\n"})
    assert 'taken = "day\\u000a"\nsample = "id"' in more
    with pytest.raises(OtherColumnsError):
        with_columns('[columns]\na = "b"\n[columns.contacts.x]\n', "contacts.x", {"a": "c"})


def test_what_the_plan_says_otherwise_is_not_overwritten(ward: Path) -> None:
    plan = ward / "programme.toml"
    plan.write_text(plan.read_text() + '\n[columns.contacts]\na = "other"\n', encoding="utf-8")
    with to_act(str(ward)) as ports:
        content = GOOD.replace(b"a,b", b"other,b")
        kept = keep_for_look(ports, content)
        formats = formats_of(ports.folder.plan(), "contacts", {})
        with pytest.raises(OtherColumnsError):
            accept_file(ports, formats, acceptance(kept, columns={"a": "else"}))
