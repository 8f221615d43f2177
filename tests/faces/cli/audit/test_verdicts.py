"""Verdicts, proofs, gaps, answers and appeals as they are typed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.faces.cli.audit.partner_folder import drawn, made, measured, signed, typed
from tests.faces.cli.audit.test_partners import rows

CHECKER = Path(__file__).parents[4] / "tools" / "check_contradiction.py"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return made(tmp_path)


def audited(place: Path, folder: Path, shift: float) -> dict[str, object]:
    """40 claims, lower than ours by `shift` SDs, 20 of them audited."""
    ours = rows(40)
    claims = {item: tuple(round(x - shift, 2) for x in row) for item, row in ours.items()}
    typed("audit", "claim", str(place), str(signed(folder, claims)))
    drawn(folder, place, 20)
    typed("audit", "reveal", str(place), "north/2026", str(measured(folder, ours)))
    told = typed("audit", "compare", str(place), "north/2026", "--json")
    assert told.exception is None, told.exception
    found: dict[str, object] = json.loads(told.stdout)
    return found


def test_an_honest_partner_agrees_and_the_size_that_would_have_been_seen_is_told(
    place: Path, tmp_path: Path
) -> None:
    found = audited(place, tmp_path, 0.0)
    by_type = {one["type"]: one for one in found["verdicts"]}  # type: ignore[attr-defined]
    assert by_type["iron"]["differing"] == 0
    assert by_type["iron"]["verdict"] == "cannot tell"  # 20 items show only a large share
    assert 0.1 < by_type["iron"]["seen_from"] < 0.4
    assert by_type["tube"]["audited"] == 0
    assert not found["findings"]
    line = found["lines"]["iron 1"]  # type: ignore[index]
    assert line["slope_low"] <= 1.0 <= line["slope_high"]


@pytest.mark.hazard("H-366")
def test_a_pattern_names_whom_it_favours_and_stands_until_an_appeal_overturns_it(
    place: Path, tmp_path: Path
) -> None:
    found = audited(place, tmp_path, 2.0)
    (finding,) = found["findings"]  # type: ignore[misc]
    assert finding["code"] == "AUD-040"
    by_type = {one["type"]: one for one in found["verdicts"]}  # type: ignore[attr-defined]
    assert by_type["iron"]["direction"] == "partner"
    name = "north/2026/iron"
    assert typed("audit", "verdicts", str(place)).return_value == 1
    answer = ("audit", "answer", str(place), name)
    assert typed(*answer, "--by", "north", "--text", "another buffer").exception is None
    assert typed(*answer, "--by", "north", "--appeal", "--text", "ask a referee").stdout
    again = typed(*answer, "--by", "north", "--appeal", "--text", "once more")
    assert "appealed already" in str(again.exception)
    own = typed(
        *answer, "--by", "north", "--decide", "overturned", "--text", "it was the buffer"
    )
    assert "is a party" in str(own.exception)
    typed(*answer, "--by", "referee", "--decide", "overturned", "--text", "it was the buffer")
    listed = typed("audit", "verdicts", str(place), "--json")
    assert listed.return_value == 0
    row = json.loads(listed.stdout)["partners"][0]
    assert row["verdict"] == "overturned"
    assert row["answer"] == "another buffer"
    assert row["appeal"] == "overturned"


@pytest.mark.hazard("H-365")
def test_claims_after_the_reveal_are_told_beside_whatever_verdict_their_type_has(
    place: Path, tmp_path: Path
) -> None:
    typed("audit", "claim", str(place), str(signed(tmp_path, rows(10))))
    drawn(tmp_path, place, 5)
    ours = measured(tmp_path, {**rows(10), "S777": (5.0, 5.0), "S778": (5.0, 5.0)})
    typed("audit", "reveal", str(place), "north/2026", str(ours))
    before = json.loads(typed("audit", "compare", str(place), "north/2026", "--json").stdout)
    assert before["verdicts"][0]["after_reveal"] == 0
    late = signed(tmp_path, {"S777": (5.0, 5.0), "S778": (5.0, 5.0)}, "late.jsonl")
    typed("audit", "claim", str(place), str(late))
    told = typed("audit", "compare", str(place), "north/2026", "--json")
    assert told.return_value == 1
    found = json.loads(told.stdout)
    by_type = {one["type"]: one for one in found["verdicts"]}
    assert by_type["iron"]["after_reveal"] == 2
    assert "2 were claimed after our measurement was revealed" in by_type["iron"]["told"]
    assert [one["code"] for one in found["findings"]] == ["AUD-027"]
    assert by_type["iron"]["verdict"] == before["verdicts"][0]["verdict"] == "cannot tell"
    row = json.loads(typed("audit", "verdicts", str(place), "--json").stdout)["partners"][0]
    assert row["after_reveal"] == 2


@pytest.mark.parametrize(("missing", "expected"), [("0.1", "cannot tell"), ("0.02", "missing")])
def test_the_plans_share_of_missing_claims_stands_before_the_data_and_decides(
    missing: str, expected: str, place: Path, tmp_path: Path
) -> None:
    plan = place / "programme.toml"
    text = plan.read_text()
    section = f"[audit]\nmissing = {missing}\n[audit.partners]"
    plan.write_text(text.replace("[audit.partners]", section))
    schedule = tmp_path / "due.csv"
    due = [f"north,iron,{item},2026,2026-01-05" for item in rows(20)]
    schedule.write_text("\n".join(["partner,type,item,period,due", *due]))
    typed("audit", "expect", str(place), str(schedule))
    made_ = dict(list(rows(20).items())[1:])  # one of twenty is never claimed
    typed("audit", "claim", str(place), str(signed(tmp_path, made_)))
    drawn(tmp_path, place, 10)
    plan.write_text(text)  # what the file says afterwards does not matter
    ours = measured(tmp_path, made_)
    typed("audit", "reveal", str(place), "north/2026", str(ours))
    compare = ("audit", "compare", str(place), "north/2026", "--json")
    by_values = {o["type"]: o for o in json.loads(typed(*compare).stdout)["verdicts"]}["iron"]
    assert by_values["verdict"] == expected
    assert (by_values["missing"], by_values["expected"]) == (1, 20)
    assert "1 of 20 expected claims are missing (5.0%" in by_values["told"]


@pytest.mark.hazard("H-367")
def test_two_versions_of_one_claim_are_proven_offline_by_the_small_checker(
    place: Path, tmp_path: Path
) -> None:
    one = signed(tmp_path, {"S1": (1.0, 2.0)}, "a.jsonl")
    other = signed(tmp_path, {"S1": (9.0, 2.0)}, "b.jsonl")
    typed("audit", "claim", str(place), str(one))
    told = json.loads(typed("audit", "claim", str(place), str(other), "--json").stdout)
    assert [found["code"] for found in told["findings"]] == ["AUD-028"]
    listed = typed("audit", "verdicts", str(place), "--proof", str(tmp_path / "proofs"))
    assert listed.return_value == 1
    (proof,) = (tmp_path / "proofs").iterdir()
    key = json.loads(proof.read_text())["key"]
    run = [sys.executable, "-I", str(CHECKER), str(proof), key]
    checked = subprocess.run(run, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert "PROVEN: north" in checked.stdout
    proof.write_text(proof.read_text().replace('"key":"', '"key":"0'))
    assert subprocess.run(run, capture_output=True, check=False).returncode == 1


@pytest.mark.hazard("H-368")
def test_gaps_lists_what_was_promised_and_never_shown(place: Path, tmp_path: Path) -> None:
    plan = place / "programme.toml"
    plan.write_text(plan.read_text() + "[watch]\n")
    typed("audit", "claim", str(place), str(signed(tmp_path, rows(3))))
    told = typed("audit", "gaps", str(place), "--json")
    assert told.exception is None, told.exception
    assert told.return_value == 1
    codes = {one["code"] for one in json.loads(told.stdout)["gaps"]}
    assert codes == {"AUD-054", "AUD-055", "AUD-056"}


def test_gaps_of_a_whole_programme_names_the_mechanisms_that_were_never_drilled(
    ward: Path,
) -> None:
    told = typed("audit", "gaps", str(ward))
    assert told.exception is None, told.exception
    assert "AUD-050" in told.stdout
    assert "control drill" in told.stdout
