import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from nanoward.faces.service.console.forms import Field, Form, choices, read_form

FORM = Form(
    name="f", action="/f", title="t", does="d",
    fields=(
        Field(name="day", label="Day", kind="day"),
        Field(name="number", label="Number", kind="number"),
        Field(name="choice", label="Choice", kind="choice", choices=choices("a", "b")),
        Field(name="words", label="Words", kind="words", required=False),
        Field(name="yes", label="Yes", kind="check", required=False),
        Field(name="file", label="File", kind="file", required=False),
    ),
)  # fmt: skip
GOOD = {"day": "2026-06-01", "number": "3.5", "choice": "a"}
app = FastAPI()


@app.post("/f")
async def answered(request: Request) -> dict[str, object]:
    told = await read_form(request, FORM)
    return {"typed": dict(told.typed), "wrong": dict(told.wrong), "files": list(told.files)}


def test_what_was_typed_is_read_and_what_was_not_asked_is_left_out() -> None:
    told = TestClient(app).post("/f", data={**GOOD, "role": "administrator"}).json()
    assert told["wrong"] == {}
    assert told["typed"]["day"] == "2026-06-01"
    assert "role" not in told["typed"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("day", "1 June"), ("day", ""), ("number", "inf"), ("number", "x"), ("choice", "c"),
     ("words", "x" * 4001)],
)  # fmt: skip
def test_each_fault_is_told_at_its_field_and_nothing_typed_is_lost(
    field: str, value: str
) -> None:
    told = TestClient(app).post("/f", data={**GOOD, field: value}).json()
    assert list(told["wrong"]) == [field]
    assert told["typed"][field] == value


def test_a_file_is_read_once_and_let_go() -> None:
    told = TestClient(app).post("/f", data=GOOD, files={"file": ("a.csv", b"x")}).json()
    assert told["files"] == ["file"]
