"""Rounds to render, in realistic sizes, made with a fixed seed."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import traced

from nanoward.base import tables
from nanoward.base.findings import Finding
from nanoward.base.plan import Plan
from nanoward.flows.round.round import Round

ARMS = ("Placebo", "Xanomeline High Dose", "Xanomeline Low Dose")
_TYPES: dict[str, Any] = {
    "text": pl.String,
    "int": pl.Int64,
    "float": pl.Float64,
    "bool": pl.Boolean,
    "date": pl.Date,
    "list": pl.List(pl.String),
}


def frame(shape: tables.TableShape, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows in the shape; columns that a row lacks are null."""
    schema = {column.name: _TYPES[column.kind] for column in shape.columns}
    return pl.DataFrame(rows, schema=schema)


def plan(title: str = "A trial of an adaptive agent", **more: Any) -> Plan:
    return Plan(name="trial", title=title, sha256="ab" * 32, **more)


def empty_round() -> Round:
    """No room gave anything."""
    return Round(plan=plan(), as_of=date(2026, 11, 23), tables={})


def hollow_round() -> Round:
    """Every room was asked and found nothing."""
    nothing = {shape.name: frame(shape, []) for shape in tables.FOUND}
    return Round(plan=plan(), as_of=date(2026, 11, 23), tables=nothing)


def standings(people: int, seed: int = 7) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    shares = {"screened": 0.17, "cleared": 0.1, "held": 0.02, "recalled": 0.013,
              "withdrawn": 0.3, "completed": 0.387, "died": 0.01}  # fmt: skip
    reasons = {
        "screened": "screened, no dose was given",
        "cleared": "consent in force and no rule says otherwise",
        "held": "Alanine aminotransferase increased of grade 2 on 2014-05-12; repeat in a week",
        "recalled": "Alanine aminotransferase increased, grade 3 on 2014-05-19 (rule: 3)",
        "withdrawn": "adverse event: APPLICATION SITE PRURITUS",
        "completed": "completed the planned 26 weeks",
        "died": "death recorded: SUDDEN DEATH",
    }
    rows = []
    for number in range(people):
        name = str(rng.choice(list(shares), p=list(shares.values())))
        start = date(2013, 1, 7) + timedelta(days=int(rng.integers(0, 400)))
        dosed = name != "screened"
        rows.append({
            "participant": f"01-{701 + number % 17}-{1001 + number}",
            "standing": name,
            "since": min(start + timedelta(days=int(rng.integers(1, 182))), date(2014, 6, 1)),
            "arm": ARMS[int(rng.integers(0, 3))] if dosed else "",
            "reasons": [reasons[name]],
            "first_dose": start if dosed else None,
            "last_dose": start + timedelta(days=int(rng.integers(10, 182))) if dosed else None,
            "worst_grade": int(rng.choice(5, p=[0.5, 0.35, 0.1, 0.04, 0.01])) if dosed
            else None,
            "emergent_events": int(rng.poisson(4)) if dosed else 0,
        })  # fmt: skip
    return frame(tables.STANDINGS, rows)


def grades(people: pl.DataFrame, seed: int = 7) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    tests = {
        "ALT": ("Alanine aminotransferase increased", "high", "U/L", 6.0, 34.0),
        "AST": ("Aspartate aminotransferase increased", "high", "U/L", 9.0, 34.0),
        "BILI": ("Blood bilirubin increased", "high", "umol/L", 3.0, 21.0),
        "CREAT": ("Creatinine increased", "high", "umol/L", 62.0, 115.0),
        "HGB": ("Anemia", "low", "mmol/L", 7.2, 10.2),
        "WBC": ("White blood cell decreased", "low", "10^9/L", 4.1, 10.9),
        "PLAT": ("Platelet count decreased", "low", "10^9/L", 130.0, 400.0),
        "SODIUM": ("Hyponatremia", "low", "mmol/L", 135.0, 146.0),
        "K": ("Hyperkalemia", "high", "mmol/L", 3.5, 5.3),
        "GLUC": ("Hypoglycemia", "low", "mmol/L", 3.9, 6.1),
    }
    rows = []
    for who in people.filter(pl.col("first_dose").is_not_null()).to_dicts():
        for visit in (-14, 14, 28, 42, 56, 84, 112, 140, 168, 182):
            if visit > 0 and rng.random() < 0.25:
                continue
            for test, (term, direction, unit, low, high) in tests.items():
                grade = int(rng.choice(5, p=[0.9, 0.075, 0.02, 0.0045, 0.0005]))
                rows.append({
                    "participant": who["participant"], "sequence": len(rows), "test": test,
                    "taken": who["first_dose"] + timedelta(days=visit),
                    "value": float(np.round(high * (1 + grade + rng.random()), 1)),
                    "unit": unit, "low": low, "high": high, "term": term,
                    "direction": direction, "grade": grade if rng.random() > 0.02 else None,
                    "reason": f"{grade} x upper limit of normal",
                })  # fmt: skip
    return frame(tables.GRADES, rows)


def adverse_events(people: pl.DataFrame, seed: int = 7) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    terms = (
        "PRURITUS", "APPLICATION SITE PRURITUS", "ERYTHEMA", "APPLICATION SITE ERYTHEMA",
        "RASH",
        "DIZZINESS", "SINUS BRADYCARDIA", "NAUSEA", "DIARRHOEA", "HYPERHIDROSIS", "VOMITING",
        "APPLICATION SITE DERMATITIS", "COUGH", "HEADACHE", "FATIGUE", "SYNCOPE", "SOMNOLENCE",
    )  # fmt: skip
    weights = 1 / np.arange(1, len(terms) + 1)
    severities = ["mild", "moderate", "severe"]
    rows = []
    for who in people.filter(pl.col("first_dose").is_not_null()).to_dicts():
        for place in range(int(rng.poisson(2.5 if who["arm"] == "Placebo" else 4.5))):
            rows.append({  # noqa: PERF401
                "participant": who["participant"], "sequence": place + 1,
                "term": str(rng.choice(terms, p=weights / weights.sum())),
                "started": who["first_dose"] + timedelta(days=int(rng.integers(0, 150))),
                "severity": str(rng.choice(severities, p=[0.65, 0.3, 0.05])),
                "serious": bool(rng.random() < 0.02), "emergent": bool(rng.random() < 0.93),
                "body_system": "GENERAL DISORDERS",
            })  # fmt: skip
    return frame(tables.ADVERSE_EVENTS, rows)


def disposition() -> pl.DataFrame:
    counts = {
        "screened": (86, 84, 84, 306), "randomised": (86, 84, 84, 254),
        "with emergent event": (65, 76, 77, 218), "discontinued for event": (8, 40, 44, 92),
        "died": (2, 0, 1, 3),
    }  # fmt: skip
    of = (86, 84, 84, 254)
    rows = [
        {"measure": measure, "arm": arm, "people": people,
         "of": 306 if measure == "screened" and arm == "all" else whole}
        for measure, numbers in counts.items()
        for arm, people, whole in zip((*ARMS, "all"), numbers, of, strict=True)
    ]  # fmt: skip
    return frame(tables.DISPOSITION, rows)


def bonds(seed: int = 7) -> pl.DataFrame:
    """777 pairs in six strata, 22 with a recorded contact, of which 19 are bonded; two more
    bonds have no contact."""
    rng = np.random.default_rng(seed)
    strata = {"2010-2011 / H3N2": 60, "2011-2012 / H1N1": 21, "2012-2013 / H3N2": 435,
              "2012-2013 / B": 36, "2013-2014 / H1N1": 190, "2011-2012 / H3N2": 35}  # fmt: skip
    close = {
        ("2010-2011 / H3N2", 0): 3,
        ("2012-2013 / H3N2", 0): 12,
        ("2013-2014 / H1N1", 0): 5,
    }
    rows = []
    for stratum, pairs in strata.items():
        size = int(np.ceil((1 + np.sqrt(1 + 8 * pairs)) / 2))
        people = [f"{hash_of(stratum)}{50001 + 7 * place}" for place in range(size)]
        every = [(a, b) for i, a in enumerate(people) for b in people[i + 1 :]][:pairs]
        near = [(people[2 * k], people[2 * k + 1]) for k in range(close.get((stratum, 0), 0))]
        if stratum.startswith("2012-2013 / H3"):
            near += [(people[0], people[2]), (people[1], people[2]), (people[4], people[7])]
            near += [(people[7], people[9]), (people[9], people[12])]
        for place, (a, b) in enumerate(every):
            kin = (a, b) in near
            contact = "household" if kin and rng.random() < 0.9 else ""
            if rng.random() < 0.004:
                contact = "household"
            score = rng.normal(38, 8) if kin else rng.normal(8, 6)
            rows.append({
                "a": a, "b": b, "stratum": stratum, "sample_a": f"S{a}", "sample_b": f"S{b}",
                "shared": int(rng.integers(8, 30)),
                "differing": float(rng.integers(*((0, 4) if kin else (9, 80)))),
                "compared": 13_120 - place % 50, "days_apart": int(rng.integers(0, 9)),
                "score": float(score), "p_value": 1 / 434 if kin else float(rng.random()),
                "q_value": 0.021 if kin else float(0.3 + 0.7 * rng.random()), "n_null": 433,
                "linked": kin, "contact": contact,
            })  # fmt: skip
    return frame(tables.BONDS, rows)


def hash_of(text: str) -> str:
    return str(sum(map(ord, text)) % 10)


def profiles(seed: int = 7) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for place in range(249):
        season = place % 4
        taken = date(2010 + season, 12, 20) + timedelta(days=int(rng.integers(0, 80)))
        different = int(rng.poisson(40 + 55 * season))
        rows.append({
            "sample": f"HS{1000 + place}", "participant": f"{50001 + place % 200}",
            "taken": taken,
            "readable": int(13_100 - rng.integers(0, 300)), "reference_length": 13_158,
            "consensus_differences": different, "minor_variants": int(rng.poisson(3)),
            "distance": different / 13_000 if place % 60 else None,
            "typed_as": "agent" if place % 60 else "unreadable",
        })  # fmt: skip
    return frame(tables.PROFILES, rows)


def adaptation(seed: int = 7) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for place in range(40):
        days = int(rng.integers(0, 8))
        different = float(rng.poisson(0.4) + round(rng.random() * 0.4, 2))
        rate = different / 13_000 / days * 365 if days else None
        rows.append({
            "participant": f"{50001 + place}", "first_sample": f"HS{1000 + place}",
            "sample": f"MH{1000 + place}", "days": days, "differences": different,
            "readable": 13_050, "per_site_year": rate, "low": rate and rate / 3,
            "high": rate and rate * 4,
        })  # fmt: skip
    return frame(tables.ADAPTATION, rows)


def courses(people: int = 32, seed: int = 7) -> dict[str, pl.DataFrame]:
    """Two quantities per person, after one oral dose: concentration and its effect."""
    rng = np.random.default_rng(seed)
    bands, observed, fits, advice = [], [], [], []
    for person in range(1, people + 1):
        who, fast, strong = str(person), rng.lognormal(0, 0.25), rng.lognormal(0, 0.25)
        for quantity in ("cp", "pca"):
            for time in np.linspace(0, 144, 73):
                typical, own = (
                    _course(quantity, time, 1, 1),
                    _course(quantity, time, fast, strong),
                )
                bands.append({"participant": who, "quantity": quantity, "time": float(time),
                              "typical": typical, "median": own, "low": own * 0.78,
                              "high": own * 1.25 + 0.3})  # fmt: skip
            for place, time in enumerate((0.5, 2, 6, 12, 24, 36, 48, 72, 96, 120, 144)):
                own = _course(quantity, time, fast, strong)
                observed.append({"participant": who, "quantity": quantity, "time": float(time),
                                 "value": own * float(rng.lognormal(0, 0.13)), "predicted": own,
                                 "held_back": place % 4 == 3, "low": own * 0.78,
                                 "high": own * 1.25 + 0.3})  # fmt: skip
        for parameter, unit, value in (
            ("CL", "L/h", 0.135),
            ("V", "L", 8.1),
            ("KA", "1/h", 0.9),
        ):
            eta = float(rng.normal(0, 0.25))
            fits.append({"participant": who, "parameter": parameter, "unit": unit, "eta": eta,
                         "value": value * float(np.exp(eta)), "eta_se": 0.09,
                         "objective": 31.274,
                         "observations": 16, "converged": person != 17})  # fmt: skip
        dose = float(np.round(7 * fast / strong, 1))
        sound = person not in (17, 23)
        advice.append({"participant": who, "setting": "daily dose",
                       "value": dose if sound else None,
                       "unit": "mg", "target": 50.0, "expected": 50.0 if sound else None,
                       "low": 42.0 - fast if sound else None,
                       "high": 59.0 + fast if sound else None,
                       "probability": 0.83 if sound else None,
                       "reason": "reaches the target with the stated probability" if sound
                       else "the fit did not converge"})  # fmt: skip
    return {
        "bands": frame(tables.BANDS, bands),
        "observed": frame(tables.OBSERVED, observed),
        "fits": frame(tables.FITS, fits),
        "recommendations": frame(tables.RECOMMENDATIONS, advice),
    }


def _course(quantity: str, time: float, fast: float, strong: float) -> float:
    rise, fall = 0.9 * fast, 0.0167 * fast
    level = 12.5 * strong * (np.exp(-fall * time) - np.exp(-rise * time))
    if quantity == "cp":
        return float(level)
    return float(96 - 75 * strong * (1 - np.exp(-time / 26)) * np.exp(-time / 150))


def findings(many: int = 40) -> pl.DataFrame:
    rows = [
        Finding(code="FMT-003", severity="error", message="'2013-13-05' is not a date",
                next_step="Write dates as YYYY-MM-DD.", file="data/samples.csv", line=14,
                column="taken", subject="HS1004").as_row(),
        Finding(code="CLR-012", severity="warning",
                message="meets a seriousness criterion but AESER is N",
                next_step="Ask the site to correct AESER; the event counts as serious here.",
                file="data/sdtm/ae.parquet", line=77, column="AESER").as_row(),
        *(Finding(code="CLR-020", severity="note", message="the visit has no date",
                  next_step="Nothing to do when the visit did not take place.",
                  file="data/sdtm/sv.parquet", line=100 + place).as_row()
          for place in range(many)),
    ]  # fmt: skip
    return frame(tables.FINDINGS, rows)


def undecided() -> pl.DataFrame:
    rows = [
        {"code": "BND-901",
         "room": "bonds", "subject": f"6{place}", "question": "does this participant share?",
         "reason": "the only sample is unreadable; a new sample would give an answer"}
        for place in range(5)
    ] + [{"code": "TUN-902", "room": "tuning", "subject": "17",
          "question": "which dose reaches the target?",
          "reason": "two observations are too few; one more after 24 h would do"}]  # fmt: skip
    return frame(tables.UNDECIDED, rows)


def provenance() -> dict[str, Any]:
    return {
        "nanoward": "0.1.0",
        "python": "3.11.2",
        "libraries": {"numpy": "2.3.4", "polars": "1.35.2"},
        "seed": 7,
        "as_of": "2014-06-02",
        "ledger": {"size": 1402, "head": "9f" * 32},
        "inputs": [
            {"path": "data/samples.csv", "sha256": "1c" * 32, "role": "samples", "rows": 249},
            {
                "path": "data/sdtm/ae.parquet",
                "sha256": "2d" * 32,
                "role": "sdtm.AE",
                "rows": 1191,
            },
        ],
    }


def full_round(people: int = 306) -> Round:
    """All tables at once, in the sizes of the three example programmes."""
    who = standings(people)
    return Round(
        plan=plan(
            "Xanomeline, warfarin and influenza at once",
            council="the safety council",
            origin="made with a fixed seed",
            licence="Apache-2.0",
            citation="none",
            facts=("Nothing here was measured on anybody.",),
        ),
        as_of=date(2014, 6, 2),
        tables={
            "standings": who,
            "grades": grades(who),
            "adverse_events": adverse_events(who),
            "disposition": disposition(),
            "timeline": traced.timeline(who),
            "liver": traced.liver(who),
            **traced.control(),
            **traced.changes(),
            **traced.stopping(),
            **traced.genome(),
            "frontier": traced.frontier(),
            "outlook": traced.outlook(),
            "comparisons": traced.kept(),
            "bonds": bonds(),
            "profiles": profiles(),
            "adaptation": adaptation(),
            **courses(),
            "findings": findings(),
            "undecided": undecided(),
        },
        facts={
            "bonds": {"pairs compared": 777, "new bonds": 3},
            "tuning": {"held-back observations within the band": 0.91},
        },
        provenance=provenance(),
    )
