from typing import Any

import pytest

from nanoward.adapters.formats.clinical.fhir_node import Node, Notes
from nanoward.adapters.formats.clinical.fhir_observations import Demographics, observation

ALT: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]},
    "effectiveDateTime": "2024-03-02",
    "valueQuantity": {"value": 210, "unit": "U/L", "code": "U/L"},
}


def reference(high: float, unit: str = "U/L", **more: Any) -> dict[str, Any]:
    return {"low": {"value": 5, "unit": unit}, "high": {"value": high, "unit": unit}, **more}


def row(person: Demographics = Demographics(), **changed: Any) -> dict[str, Any]:  # noqa: B008
    node = Node(value=ALT | changed, path="", row=1, notes=Notes("o.json"))
    ((_, found),) = observation(node, "p", person)
    return found


MALE = {"appliesTo": [{"text": "Male"}]}
FEMALE = {"appliesTo": [{"coding": [{"code": "248152002"}]}]}


@pytest.mark.parametrize(("sex", "high"), [("M", 55), ("F", 40), ("", 40)])
@pytest.mark.hazard("H-123")
def test_the_range_is_that_of_the_persons_sex_and_else_the_narrowest(
    sex: str, high: float
) -> None:
    ranges = [reference(55, **MALE), reference(40, **FEMALE)]
    assert row(Demographics(sex=sex), referenceRange=ranges)["LBSTNRHI"] == high


@pytest.mark.parametrize(("birth", "high"), [("2020-01-01", 300), ("1980-01-01", 40), ("", 40)])
@pytest.mark.hazard("H-123")
def test_the_range_is_that_of_the_persons_age(birth: str, high: float) -> None:
    child = {"age": {"high": {"value": 17, "unit": "a"}}}
    adult = {"age": {"low": {"value": 18, "code": "a"}}}
    ranges = [reference(300, **child), reference(40, **adult)]
    assert row(Demographics(birth=birth), referenceRange=ranges)["LBSTNRHI"] == high


@pytest.mark.hazard("H-123")
def test_limits_in_the_words_of_the_unit_or_in_another_unit_are_converted() -> None:
    value = {"value": 15, "unit": "IU/L", "code": "[IU]/L"}
    assert row(valueQuantity=value, referenceRange=[reference(40, "IU/L")])["LBSTNRHI"] == 40
    value = {"value": 15, "unit": "ukat/L", "code": "ukat/L"}
    found = row(valueQuantity=value, referenceRange=[reference(60)])["LBSTNRHI"]
    assert found == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("changed", "day"),
    [
        ({"effectiveInstant": "2024-03-03T10:00:00Z"}, "2024-03-03T10:00:00Z"),
        ({"effectiveTiming": {"event": ["2024-03-04"]}}, "2024-03-04"),
        ({"effectivePeriod": {"end": "2024-03-05"}}, "2024-03-05"),
        ({"issued": "2024-03-06T10:00:00Z"}, "2024-03-06T10:00:00Z"),
    ],
)
def test_every_form_of_a_time_is_read(changed: dict[str, Any], day: str) -> None:
    assert row(effectiveDateTime=None, **changed)["LBDTC"] == day


@pytest.mark.hazard("H-124")
def test_a_modifier_that_nobody_understands_leaves_no_result() -> None:
    assert row(modifierExtension=[{"url": "http://x/refuted"}])["LBSTRESN"] is None
    assert row()["LBSTRESN"] == 210.0


def test_what_was_not_performed_is_not_done_and_an_alarm_is_kept() -> None:
    absent = {"coding": [{"code": "not-performed"}]}
    assert row(valueQuantity=None, dataAbsentReason=absent)["LBSTAT"] == "NOT DONE"
    high = [{"coding": [{"code": "HH"}]}]
    assert row(interpretation=high)["LBNRIND"] == "HIGH HIGH"


def test_a_total_of_a_questionnaire_is_a_question() -> None:
    total = {"coding": [{"system": "http://loinc.org", "code": "44261-6"}]}
    assert row(code=total, valueQuantity={"value": 7})["QSTESTCD"] == "PHQ9TOT"
