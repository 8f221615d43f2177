"""Forms as values: what is asked, what was typed, what is wrong with it. Nothing is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

HIDDEN = ("once", "owner")  # every form's own fields; see console_route.py
MOST_TEXT = 4_000
MOST_BYTES = 32 << 20  # of a file that is looked at; reads go by the API, in pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that a form asks.

    kind     text, words, day, number, choice, check, file or hidden
    choices  pairs of a value and what is shown for it
    value    what stands there before anybody typed
    """

    name: str
    label: str
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    required: bool = True
    hint: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of a page.

    name    unlike that of any other form of the console; drafts are kept under it
    action  where it posts to
    does    on its button
    note    said above the fields
    grave   somebody's agent, place or standing changes by it
    """

    name: str
    action: str
    title: str
    does: str
    fields: Sequence[Field] = ()
    note: str = ""
    grave: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form with what somebody typed, and what is wrong by field ("" for the whole)."""

    form: str
    typed: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    next_step: str = ""
    kept_at: str = ""

    def __getitem__(self, name: str) -> str:
        return self.typed.get(name, "")

    def day(self, name: str) -> date:
        """A day that was read before."""
        return date.fromisoformat(self.typed[name])


async def read_form(request: Request, form: Form) -> Filled:
    """What was typed, with every fault of every field; unknown fields are left out."""
    typed: dict[str, str] = {}
    files: dict[str, tuple[str, bytes]] = {}
    async with request.form(max_files=1, max_fields=60, max_part_size=MOST_BYTES) as told:
        for one in form.fields:
            value = told.get(one.name)
            if isinstance(value, UploadFile):
                if value.filename:
                    files[one.name] = (value.filename, await value.read(MOST_BYTES + 1))
            elif value is not None:
                typed[one.name] = str(value).replace("\r\n", "\n").strip()
        for name in HIDDEN:
            typed[name] = str(told.get(name) or "")
    wrong = {
        one.name: why for one in form.fields if (why := _fault(one, typed, files)) is not None
    }
    return Filled(form=form.name, typed=typed, files=files, wrong=wrong)


def _fault(one: Field, typed: Mapping[str, str], files: Mapping[str, Any]) -> str | None:
    value = typed.get(one.name, "")
    if one.kind == "file":
        found = files.get(one.name)
        if found is None:
            return "Choose a file." if one.required else None
        return (
            "It is larger than 32 MB: send it by the API."
            if len(found[1]) > MOST_BYTES
            else None
        )
    if not value:
        return "This is needed." if one.required and one.kind != "check" else None
    if len(value) > MOST_TEXT:
        return f"No more than {MOST_TEXT} letters fit."
    return _of_kind(one, value)


def _of_kind(one: Field, value: str) -> str | None:
    if one.kind == "day":
        try:
            date.fromisoformat(value)
        except ValueError:
            return f"{value!r} is no day: write it as 2026-11-23."
    if one.kind == "number":
        try:
            finite = isfinite(float(value))
        except ValueError:
            finite = False
        if not finite:
            return f"{value!r} is no number: write digits, with a point."
    if one.kind == "choice" and value not in [key for key, _ in one.choices]:
        return f"{value!r} is none of the choices."
    return None


def choices(*words: str) -> tuple[tuple[str, str], ...]:
    """Choices that are shown as they are written."""
    return tuple((one, one) for one in words)
