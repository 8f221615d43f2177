"""The council from the command line: a pack, secret positions, a pause, actions, unblinding."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.faces.cli.programme.programme_folder import said, today_of, typed
from tests.flows.council.council_programme import (
    MEMBERS,
    CouncilProgramme,
    council_programme,
    eye_events,
    hold_round,
)


@pytest.fixture
def ward(tmp_path: Path) -> CouncilProgramme:
    return council_programme(tmp_path)


def as_member(ward: CouncilProgramme, name: str) -> tuple[Any, ...]:
    return ("--member", name, "--key-file", ward.files[name])


def seen(ward: CouncilProgramme) -> None:
    """A pack, opened by everybody."""
    said("council", "pack", ward.folder, "--by", "anna")
    for name in MEMBERS:
        said("council", "open", ward.folder, "--part", "closed", *as_member(ward, name))


def taken(ward: CouncilProgramme, *words: str) -> None:
    """Positions of all members, shown."""
    for name, word in zip(MEMBERS, words, strict=True):
        said("council", "position", ward.folder, "--decision", word, "--reason", "r",
             *as_member(ward, name))  # fmt: skip
    for name in MEMBERS:
        said("council", "position", ward.folder, "--show", *as_member(ward, name))


@pytest.mark.hazard("H-357")
def test_a_pack_is_the_same_again_reveals_no_arm_and_is_sealed_for_members(
    ward: CouncilProgramme, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    first = said("council", "pack", ward.folder, "--by", "anna", "--out", out)
    assert said("council", "pack", ward.folder, "--by", "ben")["pack"] == first["pack"]
    names = {one["name"] for one in first["numbers"]}
    assert "events/Heart/people" in names
    assert "Skin" not in " ".join(names)
    assert "Eye" not in " ".join(names)
    text = (out / f"{first['pack']}-open.json").read_text()
    assert "High" not in text
    assert "Placebo" not in text
    assert sorted(one.suffix for one in out.iterdir()) == [".json", *[".sealed"] * 3]
    for file in out.glob("*.sealed"):
        assert b"Heart" not in file.read_bytes()
    opened = said("council", "open", ward.folder, "--part", "closed", *as_member(ward, "anna"))
    closed = json.loads(opened["content"])
    arms = {row["column"]: row["value"] for row in closed["numbers"] if row["row"] == "Skin"}
    assert sorted(arms.values()) == [0, 15, 15]
    assert set(arms) == {"A", "B", "all"}
    other = typed("council", "open", ward.folder, "--part", "closed", "--member", "anna",
                  "--key-file", ward.files["ben"])  # fmt: skip
    assert "not anna's" in str(other.exception)


@pytest.mark.hazard("H-357")
def test_a_pack_that_tells_an_arm_together_with_last_weeks_is_refused(
    ward: CouncilProgramme,
) -> None:
    pack = ("council", "pack", ward.folder, "--by", "anna")
    hold_round(ward.folder, eye_events(ward.folder, more=False), days_ago=7)
    first = said(*pack)
    shown = {one["name"]: one["value"] for one in first["numbers"]}
    assert (shown["events/Heart/people"], shown["events/Eye/people"]) == (12, 16)
    hold_round(ward.folder, eye_events(ward.folder, more=True))  # one person more
    refused = typed(*pack)
    assert refused.exception is not None
    told = str(refused.exception)
    assert told.startswith("PRG-197")
    assert f"events/Eye with {first['pack']}: events/Heart: people of one arm" in told
    assert typed("ledger", "show", ward.folder, "--json").stdout.count("council.PackMade") == 1
    second = said(*pack, "--leave-out", "events/Eye")
    names = {one["name"] for one in second["numbers"]}
    assert "events/Heart/people" in names
    assert "events/Eye/people" not in names
    assert second["removed"] == ["events/Eye"]
    assert said(*pack, "--leave-out", "events/Eye")["pack"] == second["pack"]
    wrong = typed(*pack, "--leave-out", "events/Nose")
    assert "no open row 'events/Nose'" in str(wrong.exception)


@pytest.mark.hazard("H-356")
def test_positions_are_secret_until_all_have_spoken_then_decided(
    ward: CouncilProgramme,
) -> None:
    unseen = typed(
        "council", "position", ward.folder, "--decision", "stop", *as_member(ward, "ben")
    )
    assert "no pack" in str(unseen.exception)
    seen(ward)
    said("council", "position", ward.folder, "--decision", "pause", "--reason", "I saw enough",
         *as_member(ward, "ben"))  # fmt: skip
    early = typed("council", "position", ward.folder, "--show", *as_member(ward, "ben"))
    assert "stay secret" in str(early.exception)
    secret = typed("ledger", "show", ward.folder, "--json").stdout
    assert "I saw enough" not in secret
    none = typed("council", "decide", ward.folder, *as_member(ward, "anna"))
    assert "the quorum is 2" in str(none.exception)
    for name in ("anna", "cara"):
        said("council", "position", ward.folder, "--decision", "continue", "--reason", "r",
             *as_member(ward, name))  # fmt: skip
    for name in MEMBERS:
        said("council", "position", ward.folder, "--show", *as_member(ward, name))
    made = said("council", "decide", ward.folder, *as_member(ward, "anna"))
    assert made["decision"] == "continue"
    assert made["minority"] == ["ben: pause: I saw enough"]


@pytest.mark.hazard("H-358")
def test_one_word_pauses_every_gate_and_only_the_council_ends_it(
    ward: CouncilProgramme,
) -> None:
    may = ("clearance", "may", ward.folder, "P000", "dose", "--by", "n")
    assert typed(*may).exit_code == 0
    said("council", "pause", ward.folder, "--reason", "two of six", "--by", "ben",
         "--key-file", ward.files["ben"])  # fmt: skip
    shut = typed(*may)
    assert shut.exit_code == 4
    assert "the council has paused" in shut.output
    for act in ("withdraw", "flush", "kill code", "visit"):
        words = ("clearance", "may", ward.folder, "P000", act, "--by", "n")
        assert typed(*words).exit_code == 0
    said("council", "pause", ward.folder, "--reason", "we stop", "--by", "sponsor")
    words = ("council", "pause", ward.folder, "--reason", "r", "--by", "cara")
    wrong = typed(*words, "--key-file", ward.files["ben"])
    assert "not cara's" in str(wrong.exception)
    seen(ward)
    taken(ward, "continue", "continue", "pause")
    said("council", "decide", ward.folder, *as_member(ward, "anna"))
    assert typed(*may).exit_code == 0


@pytest.mark.hazard("H-355")
def test_a_raise_on_a_guess_is_refused_and_why_tells_what_it_rests_on(tmp_path: Path) -> None:
    ward = council_programme(tmp_path, more='[programme.council.grades]\n"sdtm.AE" = "guessed"')
    seen(ward)
    number = "events/Heart/people"
    found = said("why", ward.folder, number)
    assert found["grade"] == "guessed"
    assert ["sdtm.AE", "guessed"] in found["rests_on"]
    assert found["proof"].startswith("c2sp.org/tlog-proof")
    # who is enrolled and dosed is known from DM and EX alone
    assert said("why", ward.folder, "enrolment/enrolled/people")["grade"] == "measured"
    assert said("why", ward.folder, "data/warning/count")["grade"] == "measured"
    taken(ward, "raise", "raise", "continue")
    refused = typed("council", "decide", ward.folder, "--rests-on", number,
                    *as_member(ward, "anna"))  # fmt: skip
    assert "has not signed" in str(refused.exception)
    unknown = typed("why", ward.folder, "a/b/c")
    assert "no number" in str(unknown.exception)


@pytest.mark.hazard("H-359")
def test_unblinding_is_one_physicians_in_an_emergency_or_a_vote_and_on_record(
    ward: CouncilProgramme,
) -> None:
    words = ("council", "unblind", ward.folder, "P001", "--reason", "shock at night")
    wrong = typed(*words, "--by", "anna", "--key-file", ward.files["anna"])
    assert "no physician" in str(wrong.exception)
    told = said(*words, "--by", "drew", "--key-file", ward.files["drew"])
    assert (told["arm"], told["how"]) == ("Placebo", "emergency")
    known = said("council", "informed", ward.folder)["informed"]
    assert [(one["who"], one["participant"]) for one in known] == [("drew", "P001")]
    assert said("council", "pack", ward.folder, "--by", "drew")["maker_knows_arms_of"] == 1
    seen(ward)
    name = said("council", "pack", ward.folder, "--by", "anna")["pack"]
    vote = (*words, "--vote", name, "--by", "anna", "--key-file", ward.files["anna"])
    assert "has not voted" in str(typed(*vote).exception)
    taken(ward, "unblind", "unblind", "continue")
    said("council", "decide", ward.folder, *as_member(ward, "anna"))
    assert said(*vote)["how"] == "vote"


@pytest.mark.hazard("H-360")
def test_actions_close_by_a_query_or_by_two_members_and_are_told_when_late(
    ward: CouncilProgramme,
) -> None:
    day = today_of(ward.folder)
    said("council", "pack", ward.folder, "--by", "anna")
    bad = typed(
        "council", "actions", ward.folder, "--add", "x", "--due", day, "--query", "soon"
    )
    assert "no query" in str(bad.exception)
    add = ("council", "actions", ward.folder, "--who", "site 7", "--due", day)
    said(*add, "--add", "book visits", "--query", "no finding PRG-041")
    late = said("council", "actions", ward.folder, "--as-of", day + timedelta(days=2), code=1)
    name = late["actions"][0]["action"]
    one = f"anna={ward.files['anna']}"
    alone = typed("council", "actions", ward.folder, "--close", name, "--reason", "r",
                  "--signed", one, "--signed", one)  # fmt: skip
    assert "1 members" in str(alone.exception)
    said("council", "actions", ward.folder, "--close", name, "--reason", "another way",
         "--signed", one, "--signed", f"ben={ward.files['ben']}")  # fmt: skip
    closed = said(*add, "--add", "tell the ward", "--query", "entry council.CouncilAsked")
    assert len(closed["actions"]) == 1
    said("council", "ask", ward.folder, "Why so late?", "--to", "coordinator", "--by", "anna")
    assert said("council", "actions", ward.folder)["closed"] == 1


def test_a_key_file_is_made_once(tmp_path: Path) -> None:
    first = said("council", "key", tmp_path / "k")
    assert said("council", "key", tmp_path / "k") == first
    assert len(first["keys"].split()) == 2


@pytest.mark.hazard("H-248")
def test_the_parts_of_a_pack_are_documents_for_whom_they_are_meant(
    ward: CouncilProgramme, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    pack = ("council", "pack", ward.folder, "--by", "anna", "--out", out, "--pdf")
    name = said(*pack)["pack"]
    first = (out / f"{name}-open.pdf").read_bytes()
    assert first.startswith(b"%PDF-")
    assert said(*pack)["pack"] == name
    assert (out / f"{name}-open.pdf").read_bytes() == first  # the same bytes again
    assert not (out / f"{name}-closed.pdf").exists()
    for part in ("closed", "executive"):
        file = tmp_path / f"{part}.pdf"
        words = ("council", "open", ward.folder, "--part", part, "--pdf", file)
        alone = typed(*words, "--member", "anna")
        assert "needs --key-file" in alone.output
        told = said(*words, *as_member(ward, "anna"))
        assert told["part"] == part
        assert file.read_bytes().startswith(b"%PDF-")
    opened = typed("ledger", "show", ward.folder, "--json").stdout
    assert "executive" in opened
    wrong = typed("council", "pack", ward.folder, "--by", "anna", "--pdf")
    assert "--pdf needs --out" in wrong.output


@pytest.mark.hazard("H-247")
def test_a_raise_that_members_signed_names_the_guesses_that_it_rests_on(
    tmp_path: Path,
) -> None:
    ward = council_programme(tmp_path, more='[programme.council.grades]\n"sdtm.AE" = "guessed"')
    seen(ward)
    for name in MEMBERS:
        said("council", "position", ward.folder, "--decision", "raise", "--reason", "r",
             "--accept-guess", *as_member(ward, name))  # fmt: skip
    for name in MEMBERS:
        said("council", "position", ward.folder, "--show", *as_member(ward, name))
    made = said("council", "decide", ward.folder, "--rests-on", "events/Heart/people",
                *as_member(ward, "anna"))  # fmt: skip
    assert made["accepts"] == ["sdtm.AE"]


@pytest.mark.hazard("H-247")
def test_a_misspelt_input_is_refused_and_never_taken_for_measured(tmp_path: Path) -> None:
    ward = council_programme(tmp_path, more='[programme.council.grades]\n"sdtm.EA" = "guessed"')
    told = typed("council", "pack", ward.folder, "--by", "anna")
    assert "nothing is made from 'sdtm.EA'; 'sdtm.AE'?" in str(told.exception)
