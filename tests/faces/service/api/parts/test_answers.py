from datetime import date

from nanoward.faces.service.api.parts.answers import answer


def test_a_value_is_json_and_what_is_no_number_is_null() -> None:
    told = answer({"day": date(2026, 6, 29), "value": float("nan")}, 201, {"X": "y"})
    assert told.status_code == 201
    assert told.body == b'{"day":"2026-06-29","value":null}'
    assert told.headers["x"] == "y"
    assert answer(b"{}").body == b"{}"
