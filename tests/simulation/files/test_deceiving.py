"""A simulated partner, from files to the verdict, by typed commands."""

import json
from pathlib import Path

from tests.faces.cli.audit.partner_folder import typed

from nanoward.simulation.files.deceiving import known_deceits

SMALL = ("--participants", "12", "--weeks", "12", "--clean", "--no-release")


def judged(folder: Path, deceit: str) -> tuple[dict[str, str], str, Path]:
    place = folder / "ward"
    told = typed("simulate", str(place), *SMALL, "--deceit", deceit, "--deceit-size", "large",
                 "--deceit-items", "60")  # fmt: skip
    assert told.exception is None, told.exception
    at = place / "partner"
    assert typed("audit", "expect", str(place), str(at / "schedule.csv")).exception is None
    took = typed("audit", "claim", str(place), str(at / "claims.jsonl"), "--json")
    assert json.loads(took.stdout)["findings"] == []
    plan = ("audit", "plan", str(place), "north", "--period", "2026")
    assert typed(*plan, "--register").exception is None
    words = []
    for side in ("own", "north"):
        file = str(folder / f"{side}.nonce")
        typed(*plan, "--bind", side, "--nonce", file)
        words.append(f"--nonce={side}={file}")
    typed(*plan, "--checkpoint")
    drawn = typed(*plan, "--draw", *words)
    assert drawn.exception is None, drawn.exception
    typed("audit", "reveal", str(place), "north/2026", str(at / "measured.csv"))
    for name in ("after_reveal.jsonl", "other_reader.jsonl"):
        if (at / name).exists():
            typed("audit", "claim", str(place), str(at / name))
    compared = typed("audit", "compare", str(place), "north/2026", "--json")
    assert compared.exception is None, compared.exception
    verdicts = {o["type"]: o["verdict"] for o in json.loads(compared.stdout)["verdicts"]}
    truth = json.loads((at / "truth.json").read_text())
    (lied,) = list(truth["lied"]) or [""]
    return verdicts, lied, place


def test_a_simulated_partner_is_judged_by_typed_commands(
    tmp_path: Path,
) -> None:
    verdicts, lied, _ = judged(tmp_path, "measured-after-reveal")
    severe = {name for name, one in verdicts.items() if one in ("pattern", "contradiction")}
    assert severe == {lied}


def test_all_kinds_are_listed_and_another_is_refused(tmp_path: Path) -> None:
    told = typed("simulate", str(tmp_path / "x"), "--deceit", "list")
    kinds = told.stdout.split()
    assert tuple(kinds) == known_deceits()
    assert len(kinds) >= 17
    refused = typed("simulate", str(tmp_path / "x"), *SMALL, "--deceit", "nonsense")
    assert "nonsense" in str(refused.exception)
