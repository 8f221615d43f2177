import json

from nanoward.adapters.formats.clinical.fhir_bundle import read_bundle
from nanoward.adapters.formats.clinical.fhir_elements import ELEMENTS, IGNORED
from nanoward.adapters.formats.clinical.fhir_rows import ROWS


def test_every_resource_that_is_read_has_its_elements_listed_once() -> None:
    assert set(ELEMENTS) == set(IGNORED) == set(ROWS)
    for kind, names in ELEMENTS.items():
        assert not set(names) & set(IGNORED[kind])


def test_the_account_has_every_resource_and_element_with_its_use() -> None:
    patient = {"resourceType": "Patient", "id": "a", "gender": "male", "photo": [], "odd": 1}
    other = {"resourceType": "Slot", "id": "s"}
    entries = [{"resource": patient}, {"resource": other}]
    content = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    found = read_bundle("w.json", content)["sdtm.DM"]
    uses = {one.name: one.use for one in found.account}
    assert uses["Patient"] == uses["Patient.gender"] == "used"
    assert uses["Patient.photo"] == "ignored"
    assert uses["Patient.odd"] == uses["Slot"] == "told"
    assert {one.code for one in found.findings} == {"FMT-106", "FMT-127"}
    (one,) = [one for one in found.findings if "element" in one.message]
    assert (one.column, one.line) == ("entry[0].resource.odd", 1)
