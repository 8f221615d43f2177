"""Expected or not, related or not: examples decided right, or given to a person.

Examples of documents are told in our words: what is listed, what is reported, what follows.
Where one tells no severity, criterion or listed term, ours is the plainest that keeps its
sense. Those "made here" are made from a rule, and quote nobody. Teaching pages are no
guidelines: each explains a rule of ICH or CIOMS.
"""

from typing import Any, NamedTuple

import pytest

from nanoward.programme.urgent.reference_safety import (
    ASK,
    NOT_URGENT,
    URGENT,
    BadUrgentSectionError,
    EventFacts,
    ReferenceSafety,
    expectedness,
    plain_term,
    reference_safety,
    verdict,
)

SOURCES = {
    "E2A": "ICH E2A (1994), II.C",
    "E2A-B": "ICH E2A (1994), II.B",
    "CFR": "21 CFR 312.32(a)",
    "FDA": "FDA, Safety Reporting Requirements for INDs and BA/BE Studies (2012), III.B",
    "PB": "PharmaBharat, pharmacovigilance terms: expectedness, unexpected adverse event, "
    "listed (expectedness), SUSAR, tools.pharmabharat.com/tools/pv/terms",
    "CS": "Clinical Studies, determining when to report SUSARs in clinical trials (2025), "
    "www.clinicalstudies.in/?p=7855",
    "CS-U": "Clinical Studies, recording unexpected adverse events in clinical trials (2025), "
    "www.clinicalstudies.in/recording-unexpected-adverse-events-in-clinical-trials",
    "AAP": "All about pharmacovigilance, guidelines and examples of expectedness after CIOMS, "
    "allaboutpharmacovigilance.org/19-1-guidelines-and-examples-of-expectedness-assessment",
    "LAB": "Labelling assessment (lecture), www.slideshare.net/AbishekarReddy1/labellingpptx",
    "HL7": "HL7 FHIR adverse event clinical research guide, real world examples, "
    "hl7.org/fhir/uv/ae-research-ig",
    "UM": "University of Michigan Medical School IRB, glossary: unexpected magnitude, duration "
    "or frequency, az.research.umich.edu/medschool/glossary",
    "WORSE": "made here: more severe or fatal than listed is unexpected",
    "SPECIFIC": "made here: more specific than listed is unexpected",
}
# source; listed; up to; reported; severity; criterion; causality; what the source says
TABLE = """
E2A; Acute renal failure; severe; Interstitial nephritis; severe; hospitalisation; related; urgent
E2A; Hepatitis; severe; Fulminant hepatitis; severe; hospitalisation; related; urgent
CFR; Elevated hepatic enzymes; severe; Hepatic necrosis; severe; hospitalisation; related; urgent
CFR; Hepatitis; severe; Hepatic necrosis; severe; hospitalisation; related; urgent
CFR; Cerebral vascular accidents; severe; Cerebral thromboembolism; severe; hospitalisation; related; urgent
CFR; Cerebral vascular accidents; severe; Cerebral vasculitis; severe; hospitalisation; related; urgent
SPECIFIC; Liver injury; moderate; Fulminant hepatitis; severe; hospitalisation; related; urgent
SPECIFIC; Transaminase elevation; moderate; Fulminant hepatic failure; severe; hospitalisation; related; urgent
SPECIFIC; Nausea; severe; Hepatic necrosis; severe; hospitalisation; related; urgent
SPECIFIC; Nausea; severe; Nausea; severe; hospitalisation; related; not urgent
SPECIFIC; Myocardial infarction; severe; Heart attack; severe; hospitalisation; related; not urgent
WORSE; Sepsis; life-threatening; Sepsis; fatal; death; related; urgent
WORSE; Sepsis; fatal; Sepsis; fatal; death; related; not urgent
WORSE; Febrile neutropenia; severe; Febrile neutropenia; life-threatening; life-threatening; related; urgent
WORSE; Rash; moderate; Rash; severe; hospitalisation; related; urgent
FDA; ; ; Angioedema; severe; hospitalisation; related; urgent
FDA; ; ; Hepatic injury; severe; hospitalisation; related; urgent
FDA; ; ; Stevens-Johnson syndrome; severe; hospitalisation; related; urgent
FDA; ; ; Agranulocytosis; severe; medically important; related; urgent
FDA; ; ; Rhabdomyolysis; severe; hospitalisation; related; urgent
FDA; ; ; Tendon rupture; severe; medically important; related; urgent
FDA; ; ; Heart valve lesion; severe; hospitalisation; related; urgent
FDA; ; ; Intussusception; severe; hospitalisation; related; urgent
FDA; ; ; Acute myocardial infarction; severe; hospitalisation; not related; not urgent
FDA; ; ; Stroke; severe; hospitalisation; not related; not urgent
FDA; ; ; Progression of the disease under study; severe; hospitalisation; not related; not urgent
E2A-B; ; ; Headache; severe; ; related; not urgent
E2A-B; ; ; Allergic bronchospasm; severe; medically important; related; urgent
E2A-B; ; ; Blood dyscrasia; severe; medically important; related; urgent
E2A-B; ; ; Convulsions; severe; medically important; related; urgent
E2A-B; ; ; Drug dependency; severe; medically important; related; urgent
PB; Nausea; severe; Nausea; moderate; hospitalisation; related; not urgent
PB; Nausea; moderate; Hepatic necrosis; severe; hospitalisation; related; urgent
PB; Transaminase elevation; mild; Fulminant hepatic failure; life-threatening; life-threatening; related; urgent
PB; Nausea; moderate; Stevens-Johnson syndrome; life-threatening; life-threatening; related; urgent
PB; Headache; severe; Headache; moderate; hospitalisation; related; not urgent
PB; Nausea; moderate; Hepatic failure; fatal; death; related; urgent
CS; Fatigue; severe; Autoimmune encephalitis; severe; hospitalisation; related; urgent
CS; Febrile neutropenia; severe; Febrile neutropenia; severe; hospitalisation; related; not urgent
CS; Fatigue; severe; Myocarditis; severe; hospitalisation; related; urgent
CS-U; Nausea; moderate; Pancreatitis; severe; hospitalisation; related; urgent
AAP; Liver injury; moderate; Fulminant hepatitis; life-threatening; life-threatening; related; urgent
LAB; Retinopathy; severe; Diabetic retinopathy; severe; medically important; related; urgent
LAB; Hypotension; moderate; Circulatory collapse; severe; hospitalisation; related; urgent
HL7; Elevated liver enzymes; mild; Hepatic failure; severe; hospitalisation; related; urgent
HL7; ; ; Gastrointestinal haemorrhage; severe; life-threatening; related; urgent
HL7; ; ; Headache; mild; ; not related; not urgent
HL7; ; ; Hives; moderate; ; not related; not urgent
UM; Ringing in the ears; mild; Ringing in the ears; severe; disability; related; urgent
"""  # noqa: E501


class Example(NamedTuple):
    """What is listed (term, severity), what is reported, and what the source says."""

    source: str
    listed: str
    up_to: str
    term: str
    severity: str
    criterion: str
    causality: str
    says: str


EXAMPLES = [Example(*line.split("; ")) for line in TABLE.strip().splitlines()]


def decided(one: Example) -> str:
    listed = {plain_term(one.listed): one.up_to} if one.listed else {}
    rsi = ReferenceSafety(version="IB", expected=listed)
    facts = EventFacts(
        kind="adverse event", term=one.term, severity=one.severity,
        criteria=frozenset({one.criterion} - {""}),
        causality={"investigator": one.causality, "sponsor": one.causality},
    )  # fmt: skip
    return verdict(facts, rsi).word


@pytest.mark.hazard("H-352")
@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: f"{one.term}")
def test_examples_are_decided_right_or_by_a_person(one: Example) -> None:
    assert decided(one) in (one.says, ASK), SOURCES[one.source]


def test_not_everything_is_left_to_a_person() -> None:
    made_here = {"WORSE", "SPECIFIC"}
    published = [one for one in EXAMPLES if one.source not in made_here]
    assert len(EXAMPLES) == 49
    assert len(published) == 40
    assert sum(decided(one) == ASK for one in EXAMPLES) <= 15
    assert sum(decided(one) == one.says for one in published) >= 30


@pytest.mark.hazard("H-352")
def test_without_reference_information_nothing_is_unexpected_or_expected() -> None:
    facts = EventFacts(kind="adverse event", term="Uveitis", criteria=frozenset({"disability"}),
                       causality={"investigator": "related"})  # fmt: skip
    found = verdict(facts, ReferenceSafety())
    assert found.word == ASK
    assert "no reference" in found.why
    assert expectedness(facts, ReferenceSafety(version="IB")).word == "unexpected"


@pytest.mark.hazard("H-352")
def test_nobody_talks_the_others_suspicion_away() -> None:
    rsi = ReferenceSafety(version="IB")
    told: dict[str, Any] = {"kind": "adverse event", "term": "Uveitis", "severity": "severe",
                            "criteria": frozenset({"disability"})}  # fmt: skip

    def word(**causality: str) -> str:
        return verdict(EventFacts(**told, causality=causality), rsi).word

    assert word(investigator="related", sponsor="not related") == URGENT
    assert word(investigator="not related", sponsor="related") == URGENT
    assert word(investigator="not related", sponsor="not related") == NOT_URGENT
    assert word(investigator="not related") == ASK
    assert word() == ASK


def test_kills_escapes_and_anomalies_are_urgent_by_themselves() -> None:
    rsi = ReferenceSafety(version="IB", expected={"kill of the agent": "fatal"})
    for kind in ("kill", "escape"):
        assert verdict(EventFacts(kind=kind, term="kill of the agent"), rsi).word == URGENT
    anomaly = EventFacts(kind="pregnancy", term="x", criteria=frozenset({"congenital anomaly"}))
    assert verdict(anomaly, rsi).word == URGENT
    assert verdict(EventFacts(kind="pregnancy", term="x"), rsi).word == ASK
    assert EventFacts(kind="kill", term="x", severity="fatal").is_grave


def test_the_plan_states_a_version_with_its_terms() -> None:
    found = reference_safety({"reference": "IB 4", "expected": {"Diarrhoea": "severe"}})
    assert expectedness(EventFacts(kind="adverse event", term="DIARRHEA", severity="mild"),
                        found).word == "expected"  # fmt: skip
    assert not reference_safety({}).is_stated
    for wrong in (
        {"expected": {"A": "severe"}},
        {"expected": {"A": "grave"}},
        {"expected": 1},
        {"referense": "IB 4"},
    ):
        with pytest.raises(BadUrgentSectionError):
            reference_safety(wrong)


@pytest.mark.parametrize("key", ["reference", "zone", "sender", "receiver", "number"])
def test_a_value_of_the_section_that_is_no_text_is_refused(key: str) -> None:
    with pytest.raises(BadUrgentSectionError, match=f"{key} = 3 is no text"):
        reference_safety({key: 3})
    with pytest.raises(BadUrgentSectionError, match="no table"):
        reference_safety([])  # type: ignore[arg-type]
