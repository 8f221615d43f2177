"""What cannot be money, a term, an hour or a room is told, and nothing is lost."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.faces.cli.programme.programme_folder import PLAN, make, said, today_of, typed
from tests.flows.programme.programme_site import AGREEMENT

from nanoward.wiring import open_ports


def head(folder: str) -> object:
    with open_ports(folder, quiet=True, use="read") as ports:
        return ports.ledger.head()


def told(*words: object) -> str:
    """What a command that fails says, its code among it."""
    result = typed(*words)
    assert result.exit_code != 0
    return f"{result.output}{result.exception}"


def last_sunday_of_march(after: date) -> date:
    """The day on which the clock of Berlin skips 02:00 to 03:00, after a day."""
    for year in (after.year, after.year + 1):
        last = date(year, 3, 31)
        found = last - timedelta(days=(last.weekday() + 1) % 7)
        if found > after:
            return found
    raise AssertionError


@pytest.mark.parametrize(
    ("find", "put", "told_of"),
    [
        ('currency = "EUR"', 'currency = "EUX"', "unknown currency 'EUX'"),
        ('amount = "40"', "amount = 40.5", "paragraph 'pay': 40.5 (float)"),
        ('amount = "40"', 'amount = "40.005"', "finer than the currency"),
        ('amount = "40"', 'amount = "forty"', "no amount of money"),
        ("terms = [\n", "others = [\n", "paragraph 1 holds more than"),
        ('text = "40 for', 'text = ""\nnote = "40 for', "paragraph 1 holds more"),
    ],
    ids=["currency", "float", "too fine", "word", "no term", "no text"],
)
def test_an_agreement_that_cannot_be_read_is_told(
    tmp_path: Path, find: str, put: str, told_of: str
) -> None:
    document = tmp_path / "a.toml"
    document.write_text(AGREEMENT.replace(find, put, 1))
    words = told("programme", "agreements", "check", document)
    assert told_of in words
    assert "PRG-103" in words
    folder = make(tmp_path)
    before = head(folder)
    told("programme", "agreements", "draft", folder, document, "--by", "director")
    assert head(folder) == before


def test_a_paragraph_without_a_term_is_told_by_its_name(tmp_path: Path) -> None:
    document = tmp_path / "a.toml"
    document.write_text(AGREEMENT + '[[paragraph]]\nid = "thanks"\ntext = "Thank you."\n')
    assert "paragraph 'thanks' carries no term" in told(
        "programme", "agreements", "check", document
    )
    document.write_text(
        AGREEMENT + '[[paragraph]]\nid = "x"\ntext = "x"\nterms = [{ kind = "gift" }]\n'
    )
    assert "no term is of the kind 'gift'" in told("programme", "agreements", "check", document)


def test_money_of_the_plan_and_of_the_command_line(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    receipt = tmp_path / "r"
    receipt.write_text("taxi")
    before = head(folder)
    for amount in ("1.005", "NaN", "1e400", "ten"):
        words = ("programme", "books", "refund", folder, "P1", amount, "--receipt", receipt)
        assert "PRG-101" in told(*words, "--by", "x")
        opened = ("programme", "dispute", "open", folder, "d", "P1", "x", "--amount", amount)
        assert "PRG-101" in told(*opened, "--by", "x")
    assert head(folder) == before
    plan = tmp_path / "programme.toml"
    plan.write_text(PLAN.replace('cost = "120.00"', "cost = 120.5"))
    assert "(float) is no amount of money" in told("programme", "plan", folder)
    plan.write_text(PLAN.replace('currency = "EUR"', 'currency = "XYZ"'))
    assert "unknown currency 'XYZ'" in told("programme", "plan", folder)
    assert head(folder) == before


@pytest.mark.hazard("H-311")
def test_a_booking_in_a_skipped_hour_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    plan = tmp_path / "programme.toml"
    zone = 'time_zone = "Europe/Berlin"\nmorning = "02:30"\n'
    plan.write_text(PLAN.replace("[programme.sites.ward]\n", f"[programme.sites.ward]\n{zone}"))
    day = last_sunday_of_march(today_of(folder))
    before = head(folder)
    words = ("programme", "book", folder, "P1", "weekly", day, "morning", "--by", "n")
    assert f"PRG-110: there is no 02:30 on {day} in Europe/Berlin" in told(*words)
    assert head(folder) == before
    assert said("programme", "board", folder)["bookings"] == []


def test_overlapping_closures_are_told_and_both_are_kept(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    day = today_of(folder)
    first, last = day + timedelta(days=1), day + timedelta(days=3)
    closed = f'closed = ["{day}/{first} holidays", "{first}/{last} works"]\n'
    plan = tmp_path / "programme.toml"
    plan.write_text(
        PLAN.replace("[programme.sites.ward]\n", f"[programme.sites.ward]\n{closed}")
    )
    result = typed("programme", "plan", folder, "--weeks", 1, "--json")
    assert "PRG-040" in result.stderr
    for shut in (day, first, last):
        words = ("programme", "book", folder, "P1", "weekly", shut, "morning", "--by", "n")
        assert "is closed on" in told(*words)
    plan.write_text(
        PLAN.replace(
            "[programme.sites.ward]\n",
            f'[programme.sites.ward]\nclosed = ["{last}/{first}"]\n',
        )
    )
    assert "ends before it begins" in told("programme", "plan", folder)


@pytest.mark.hazard("H-312")
def test_a_room_that_vanishes_is_told_and_its_people_are_kept(tmp_path: Path) -> None:
    folder = make(tmp_path, "P1")
    day = today_of(folder)
    said("programme", "lodging", "begin", folder, "P1", "ward/r1", day, "--by", "n")
    plan = tmp_path / "programme.toml"
    plan.write_text(PLAN.replace('name = "r1"', 'name = "r2"'))
    beds = said("programme", "lodging", "beds", folder, code=1)
    (stay,) = beds["stays"]
    assert (stay["participant"], stay["note"]) == ("P1", "the room is not there")
    assert "there is no room 'ward/r1'" in told(
        "programme", "lodging", "begin", folder, "P2", "ward/r1", day, "--by", "n"
    )
    plan.write_text(PLAN)
    assert said("programme", "lodging", "beds", folder)["stays"][0]["note"] == ""


@pytest.mark.parametrize(
    ("find", "put", "told_of"),
    [
        ("[programme.needs.weekly]\nclin = 1\nroom = 1", "[programme.needs]\nweekly = 3", "3"),
        ('currency = "EUR"', 'currency = "EUR"\nrestricted = "P1"', "no list of texts"),
        ('currency = "EUR"', 'currency = "EUR"\napart = 3', "no list of texts"),
        ('currency = "EUR"', 'currency = "EUR"\ncountry = 7', "is no text"),
        ('currency = "EUR"', 'curency = "EUR"', "does not know 'curency'"),
        ("beds = 2", 'beds = 2\nown_air = "no"', "own_air is 'no'"),
        ("[[programme.rooms]]", "[programme.rooms]", "write [[programme.rooms]]"),
        ("[programme.people]", "[programme.people]\nx = 3", "the key of x"),
        ('name = "r1"', 'name = "r\\u0000"', "at no site, or named twice"),
        ("capacity = {", 'closed = "2026-12-24"\ncapacity = {', "is no list"),
        ("capacity = {", "beds = { sofa = 1 }\ncapacity = {", "no bed is 'sofa'"),
    ],
    ids=lambda one: one.replace("\n", " ")[:24].replace("\\", ""),
)
def test_one_value_or_name_of_the_plan_that_is_unknown_is_told(
    tmp_path: Path, find: str, put: str, told_of: str
) -> None:
    folder = make(tmp_path, "P1")
    before = head(folder)
    assert find in PLAN
    (tmp_path / "programme.toml").write_text(PLAN.replace(find, put, 1))
    words = told("programme", "plan", folder, "--use")
    assert told_of in words
    assert "PRG-11" in words
    assert head(folder) == before


def test_a_resource_or_room_that_no_site_has_is_told_and_holds_up_nothing_else(
    tmp_path: Path,
) -> None:
    folder = make(tmp_path, "P1")
    wrong = PLAN.replace("clin = 1\nroom = 1", "clinn = 1\nroom = 1", 1)
    (tmp_path / "programme.toml").write_text(wrong.replace('room = "ward/r1"', 'room = "r7"'))
    result = typed("programme", "plan", folder, "--weeks", 1)
    assert "visits of the kind weekly need 'clinn', which no site has" in result.stderr
    assert "near: clin." in result.stderr
    assert "names a room that is not there: 'r7'" in result.stderr
    day = today_of(folder)
    said("programme", "book", folder, "P1", "safety", day, "morning", "--by", "n")


def test_names_that_nobody_knows_are_told_with_those_near_them(tmp_path: Path) -> None:
    folder = make(tmp_path, "P001")
    day, receipt = today_of(folder), tmp_path / "r"
    receipt.write_text("taxi")
    before = head(folder)
    words = ("programme", "books", "refund", folder, "P01", "5", "--receipt", receipt)
    assert "speaks of 'P01'; near: P001" in told(*words, "--by", "x")
    assert "PRG-129" in told("programme", "statement", folder, "P01")
    leave = (
        "programme",
        "capacity",
        folder,
        "clinn",
        1,
        day,
        day,
        "--reason",
        "r",
        "--by",
        "x",
    )
    assert "no 'clinn'; near: clin" in told(*leave)
    ask = ("programme", "ask", folder, "P001", "wekly", day, "--by", "x")
    assert "nothing says what 'wekly' needs" in told(*ask)
    opened = ("programme", "dispute", "open", folder, "d", "P001", "x", "--amount", "-5")
    assert "cannot be disputed" in told(*opened, "--by", "x")
    assert head(folder) == before
    note = said("programme", "ask", folder, "P01", "weekly", day, "--by", "x")["note"]
    assert "near: P001" in note


@pytest.mark.hazard("H-309")
def test_a_kind_that_the_plan_no_longer_knows_holds_up_nobody_elses_weeks(
    tmp_path: Path,
) -> None:
    folder = make(tmp_path, "P1", "P2")
    day = today_of(folder)
    said("programme", "ask", folder, "P1", "safety", day, "--by", "n")
    plan = tmp_path / "programme.toml"
    plan.write_text(PLAN.replace("[programme.needs.safety]\nclin = 1\n", ""))
    shown = said("programme", "plan", folder, "--weeks", 1, code=1)
    assert [(one["kind"], one["why"]) for one in shown["unplaced"]] == [
        ("safety", ["nothing says what 'safety' needs"])
    ]
    assert len(shown["visits"]) == 2


def test_files_that_are_none_are_told(tmp_path: Path) -> None:
    folder, document = make(tmp_path, "P1"), tmp_path / "a.toml"
    document.write_text(AGREEMENT)
    file = tmp_path / "f"
    for text in ("{", '{"a": 1}', "[1]", ""):
        file.write_text(text)
        words = ("programme", "agreements", "conclude", folder, "ab", "P1", "--signature", file)
        for many in (("programme", "agreements", "clauses", file), (*words, "--by", "x")):
            assert "what to do" in told(*many)
    assert "no share" in told("programme", "agreements", "check", document, "--most", "abc")
    sign = ("programme", "agreements", "sign", document, "--role", "guest", "--name", "P1")
    refused = told(*sign, "--key-file", file, "--out", tmp_path / "o")
    assert "its parties are programme, participant" in refused
    file.write_text("who,name,iban\n")
    pay = ("programme", "books", "pay", folder, "--payees", file, "--payer-name", "a")
    assert "lacks payee" in told(
        *pay, "--payer-iban", "DE02500105170137075030", "--out", tmp_path / "x", "--by", "m"
    )
