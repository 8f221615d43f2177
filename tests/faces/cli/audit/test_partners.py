"""Claims taken in, audits planned and drawn, as they are typed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.faces.cli.audit.partner_folder import drawn, made, measured, signed, typed

from nanoward.audit.claims.sampling import draw_seed, nonce_commitment
from nanoward.audit.claims.sampling import drawn as recomputed

VERIFIER = Path(__file__).parents[4] / "tools" / "verify_ledger.py"


def rows(count: int = 40, seed: int = 1) -> dict[str, tuple[float, ...]]:
    chance = np.random.default_rng(seed)
    return {
        f"S{at:03d}": (round(20 + chance.normal(0, 4), 2), round(20 + chance.normal(0, 4), 2))
        for at in range(count)
    }


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return made(tmp_path)


def test_a_signed_table_is_taken_in_and_each_claim_gets_a_receipt_that_verifies(
    place: Path, tmp_path: Path
) -> None:
    file = signed(tmp_path, rows(5))
    told = typed("audit", "claim", str(place), str(file), "--receipts", str(tmp_path / "r"))
    assert told.return_value == 0, told.output
    assert "5 received, 5 count" in told.stdout
    receipts = sorted((tmp_path / "r").glob("*.tlog-proof"))
    assert len(receipts) == 5
    ledger = tmp_path / "ledger.jsonl"
    typed("ledger", "export", str(place), str(ledger))
    checked = subprocess.run(
        [sys.executable, str(VERIFIER), str(ledger), "--kept", str(receipts[0])],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout
    assert "stands as it was receipted" in checked.stdout


def test_a_folder_of_claims_is_read_whole_and_the_same_claims_again_count_once(
    place: Path, tmp_path: Path
) -> None:
    sent = tmp_path / "sent"
    sent.mkdir()
    shutil.copy(signed(tmp_path, rows(3)), sent / "a.jsonl")
    assert typed("audit", "claim", str(place), str(sent)).return_value == 0
    again = typed("audit", "claim", str(place), str(sent), "--json")
    assert again.return_value == 1
    told = json.loads(again.stdout)
    assert told["counting"] == 0
    assert {one["code"] for one in told["findings"]} == {"AUD-025"}


@pytest.mark.hazard("H-361")
def test_what_is_forged_or_unsigned_is_told_and_kept(place: Path, tmp_path: Path) -> None:
    file = signed(tmp_path, rows(2))
    first, second = file.read_text().splitlines()
    table = json.loads(first)
    table["signatures"] = []
    forged = json.loads(second)
    forged["signatures"][0]["sig"] = json.loads(first)["signatures"][0]["sig"]
    bad = tmp_path / "bad.jsonl"
    bad.write_text("\n".join([json.dumps(table), json.dumps(forged), "no json"]))
    told = json.loads(typed("audit", "claim", str(place), str(bad), "--json").stdout)
    assert [one["code"] for one in told["findings"]] == ["AUD-021", "AUD-023", "AUD-020"]
    kept = typed("ledger", "show", str(place), "--json")
    kinds = [one["kind"] for one in json.loads(kept.stdout)["shown"]]
    assert kinds.count("audit.ClaimRefused") == 3


def test_a_row_that_cannot_be_mapped_is_told_with_its_line_and_the_others_are_signed(
    place: Path, tmp_path: Path
) -> None:
    source = tmp_path / "t.csv"
    source.write_text("sample,a,b\nS1,1.0,2.0\nS2,,2.0\n,1.0,1.0\n")
    told = typed(
        "audit", "claim", str(source), "--map", str(tmp_path / "claims.toml"), "--json",
        "--key", str(tmp_path / "north.key"), "--out", str(tmp_path / "o.jsonl"),
    )  # fmt: skip
    assert told.return_value == 1
    found = json.loads(told.stdout)
    assert found["signed"] == 1
    assert [one["line"] for one in found["findings"]] == [3, 4]


@pytest.mark.hazard("H-362")
def test_a_partner_that_is_silent_past_its_day_is_told(place: Path, tmp_path: Path) -> None:
    schedule = tmp_path / "due.csv"
    schedule.write_text(
        "partner,type,item,period,due\nnorth,iron,S000,2026,2026-01-05\n"
        "north,iron,S999,2026,2026-01-05\nnorth,iron,S998,2026,2999-01-05\n"
    )
    typed("audit", "claim", str(place), str(signed(tmp_path, rows(1))))
    told = typed("audit", "expect", str(place), str(schedule), "--json")
    assert told.return_value == 1
    (silent,) = json.loads(told.stdout)["silent"]
    assert silent["code"] == "AUD-032"
    assert "1 claims of iron" in silent["message"]
    assert "S999" in silent["message"]


def test_the_plan_says_what_would_be_found_and_at_which_cost(
    place: Path, tmp_path: Path
) -> None:
    typed("audit", "claim", str(place), str(signed(tmp_path, rows(40))))
    told = typed("audit", "plan", str(place), "north", "--runs", "50", "--json")
    assert told.exception is None, told.exception
    found = {
        (one["type"], one["lie"], one["size"]): one for one in json.loads(told.stdout)["power"]
    }
    assert found["tube", "false items", 0.25]["power"] > 0.9
    assert found["iron", "shifted", 2.0]["power"] > 0.9
    assert found["iron", "shifted", 2.0]["cost"] == 40 * 2 * 80.0


@pytest.mark.hazard("H-363")
def test_anybody_can_repeat_the_draw_and_nobody_draws_before_both_are_bound(
    place: Path, tmp_path: Path
) -> None:
    typed("audit", "claim", str(place), str(signed(tmp_path, rows(40))))
    plan = ("audit", "plan", str(place), "north", "--period", "2026")
    assert typed(*plan, "--draw").exception is not None
    typed(*plan, "--register", "--items", "20")
    typed(*plan, "--bind", "own", "--nonce", str(tmp_path / "own.nonce"))
    assert "bound" in str(typed(*plan, "--checkpoint").exception)
    typed(*plan, "--bind", "north", "--nonce", str(tmp_path / "north.nonce"))
    fixed = json.loads(typed(*plan, "--checkpoint", "--json").stdout)
    shown = {s: (tmp_path / f"{s}.nonce").read_text().strip() for s in ("own", "north")}
    words = [f"--nonce={side}={tmp_path / f'{side}.nonce'}" for side in shown]
    told = json.loads(typed(*plan, "--draw", *words, "--json").stdout)
    nonces = {side: bytes.fromhex(text) for side, text in shown.items()}
    seed = draw_seed(
        {side: nonce_commitment(one) for side, one in nonces.items()},
        nonces, bytes.fromhex(fixed["root"]), fixed["size"],
    )  # fmt: skip
    assert seed.seed == told["seed"]
    rest = [one["item"] for one in told["items"] if one["stratum"] == "rest"]
    others = [one["item"] for one in told["items"] if one["stratum"] != "rest"]
    left = sorted(set(rows(40)) - set(others))
    assert tuple(rest) == recomputed(seed.seed, "rest", left, len(rest))
    assert len(told["items"]) == 20


def test_a_nonce_that_is_withheld_is_told_and_the_draw_goes_on(
    place: Path, tmp_path: Path
) -> None:
    typed("audit", "claim", str(place), str(signed(tmp_path, rows(10))))
    plan = ("audit", "plan", str(place), "north", "--period", "2026")
    typed(*plan, "--register", "--items", "5")
    for side in ("own", "north"):
        typed(*plan, "--bind", side, "--nonce", str(tmp_path / f"{side}.nonce"))
    typed(*plan, "--checkpoint")
    told = typed(*plan, "--draw", f"--nonce=own={tmp_path / 'own.nonce'}")
    assert "north withheld a nonce" in told.stdout
    judged = typed("audit", "compare", str(place), "north/2026", "--json")
    assert "AUD-034" in {one["code"] for one in json.loads(judged.stdout)["findings"]}


@pytest.mark.hazard("H-364")
def test_measurements_that_we_are_bound_to_cannot_be_exchanged(
    place: Path, tmp_path: Path
) -> None:
    typed("audit", "claim", str(place), str(signed(tmp_path, rows(10))))
    ours = measured(tmp_path, rows(10))
    refused = typed("audit", "reveal", str(place), "north/2026", str(ours))
    assert refused.exception is not None  # not planned
    drawn(tmp_path, place, 5)
    assert typed("audit", "reveal", str(place), "north/2026", str(ours), "--commit").stdout
    other = measured(tmp_path, rows(10, seed=2), "other.csv")
    again = typed("audit", "reveal", str(place), "north/2026", str(other))
    assert "bound to" in str(again.exception)
    told = typed("audit", "reveal", str(place), "north/2026", str(ours))
    assert "as we were bound to" in told.stdout


@pytest.mark.hazard("H-365")
def test_a_claim_after_our_measurement_was_revealed_comes_too_late(
    place: Path, tmp_path: Path
) -> None:
    typed("audit", "claim", str(place), str(signed(tmp_path, rows(10))))
    drawn(tmp_path, place, 5)
    extra = {**rows(10), "S777": (5.0, 5.0)}
    typed("audit", "reveal", str(place), "north/2026", str(measured(tmp_path, extra)))
    late = signed(tmp_path, {"S777": (5.0, 5.0)}, "late.jsonl")
    told = json.loads(typed("audit", "claim", str(place), str(late), "--json").stdout)
    assert [one["code"] for one in told["findings"]] == ["AUD-027"]
