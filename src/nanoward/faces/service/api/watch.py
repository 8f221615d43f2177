"""Watch: incidents with one owner at a time, alarms, and the streams that raise them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.bodies import Body, Text, Word
from nanoward.faces.service.api.parts.cursors import After, Limit, Page, page_of
from nanoward.faces.service.api.parts.once import Key, once
from nanoward.faces.service.api.parts.tables import Form, Rows, table_answer
from nanoward.faces.service.api.parts.views import by_of, round_table
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.service_parts import service_of
from nanoward.flows.watch import keep_incidents as flow
from nanoward.flows.watch.give_notices import IncidentNotices
from nanoward.ports.ports import Ports
from nanoward.programme.access.rights import Right
from nanoward.watch.incidents.incident import Incident

router = APIRouter(prefix="/api/v1/watch", tags=["watch"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_INCIDENTS))]
Actor = Annotated[Visitor, Depends(Guard(Right.ACT_INCIDENTS))]


class IncidentRow(BaseModel):
    """An incident in short: who has it, and by when somebody must."""

    incident: str
    state: str
    urgency: str
    level: int
    holder: str
    cause: str
    title: str
    alarms: int
    tasks_open: int
    deadline: datetime


class IncidentTask(BaseModel):
    """One thing that the playbook asks for."""

    task: str
    room: str
    action: str
    text: str
    state: str
    note: str


class IncidentLine(BaseModel):
    """One thing that happened."""

    at: datetime
    actor: str
    what: str


class IncidentStory(IncidentRow):
    """An incident with its tasks and all that happened."""

    to_do: list[IncidentTask]
    timeline: list[IncidentLine]


class AlarmRow(BaseModel):
    """An alarm that watch raised."""

    alarm: str
    room: str
    subject: str
    message: str
    urgency: str


class OpenBody(Body):
    """A person opens an incident, or joins the one of this cause that goes on."""

    cause: Word
    title: Word
    urgency: Literal["now", "today", "this week"] = "today"


class NoteBody(Body):
    """What they will do."""

    note: Text = ""


class HandoverBody(Body):
    """To whom of the next shift it goes."""

    to: Word
    note: Text = ""


class TaskBody(Body):
    """Whether a task is done; a task that is not says why."""

    done: bool
    note: Text = ""


class ResolutionBody(Body):
    """Why an incident ends; it always has an end, and a reason."""

    reason: Word


class SituationBody(Body):
    """What is known, and how well."""

    grade: Literal["measured", "inferred", "believed"]
    text: Word


@router.get("/incidents", response_model=Page[IncidentRow])
async def incidents(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """Every incident, by name."""

    def find(ports: Ports) -> Any:
        rows = sorted(
            (_row(one) for one in flow.read_incidents(ports).incidents.values()),
            key=lambda one: str(one["incident"]),
        )
        return page_of("incidents", rows, lambda one: str(one["incident"]), after, limit)

    return answer(await service_of(request).read(find))


@router.get("/alarms", response_model=Page[AlarmRow])
async def alarms(
    request: Request, visitor: Reader, after: After = None, limit: Limit = 50
) -> Response:
    """Every alarm that watch raised, by name."""

    def find(ports: Ports) -> Any:
        names = ("alarm", "room", "subject", "message", "urgency")
        rows = [
            {name: getattr(one, name) for name in names}
            for one in flow.read_incidents(ports).alarms
        ]
        rows.sort(key=lambda one: str(one["alarm"]))
        return page_of("alarms", rows, lambda one: str(one["alarm"]), after, limit)

    return answer(await service_of(request).read(find))


@router.get("/streams", response_model=Rows)
async def streams(
    request: Request,
    visitor: Reader,
    form: Form = "json",
    after: After = None,
    limit: Limit = 50,
) -> Response:
    """Streams of the last round, with the evidence against what they are expected to show."""
    service = service_of(request)
    table = await service.read(lambda ports: round_table(ports, service, visitor, "streams"))
    return table_answer(table, "streams", form, (after, limit))


@router.get("/incidents/{incident}", response_model=IncidentStory)
async def incident(request: Request, incident: str, visitor: Reader) -> Response:
    """One incident with its tasks and all that happened."""
    return answer(
        await service_of(request).read(
            lambda ports: _story(flow.incident_named(ports, incident))
        )
    )


@router.post("/incidents", response_model=IncidentStory, status_code=201)
async def open_(request: Request, visitor: Actor, key: Key, body: OpenBody) -> Response:
    """Open an incident; the rota is told."""

    def work(ports: Ports, notices: IncidentNotices) -> Incident:
        return flow.open_incident(ports, notices, by=by_of(visitor), **body.model_dump())

    return await _act(request, visitor, key, work)


@router.post(
    "/incidents/{incident}/acknowledgement", response_model=IncidentStory, status_code=201
)
async def acknowledge(
    request: Request, incident: str, visitor: Actor, key: Key, body: NoteBody
) -> Response:
    """Somebody of the rota takes it: nobody else is paged for it any more."""

    def work(ports: Ports, _: IncidentNotices) -> Incident:
        return flow.acknowledge(ports, incident, by=by_of(visitor), note=body.note)

    return await _act(request, visitor, key, work)


@router.post("/incidents/{incident}/handover", response_model=IncidentStory, status_code=201)
async def hand_over(
    request: Request, incident: str, visitor: Actor, key: Key, body: HandoverBody
) -> Response:
    """Give it to somebody of the next shift; one owner at a time."""

    def work(ports: Ports, _: IncidentNotices) -> Incident:
        return flow.hand_over(ports, incident, by=by_of(visitor), to=body.to, note=body.note)

    return await _act(request, visitor, key, work)


@router.post(
    "/incidents/{incident}/tasks/{task}", response_model=IncidentStory, status_code=201
)
async def end_task(
    request: Request, incident: str, task: str, visitor: Actor, key: Key, body: TaskBody
) -> Response:
    """Say that a task is done, or why it is not."""

    def work(ports: Ports, _: IncidentNotices) -> Incident:
        return flow.end_task(
            ports, incident, task, done=body.done, by=by_of(visitor), note=body.note
        )

    return await _act(request, visitor, key, work)


@router.post("/incidents/{incident}/situation", response_model=IncidentStory, status_code=201)
async def report(
    request: Request, incident: str, visitor: Actor, key: Key, body: SituationBody
) -> Response:
    """Say what is known: a claim with its grade."""

    def work(ports: Ports, _: IncidentNotices) -> Incident:
        return flow.report_situation(
            ports, incident, by=by_of(visitor), grade=body.grade, text=body.text
        )

    return await _act(request, visitor, key, work)


@router.post("/incidents/{incident}/resolution", response_model=IncidentStory, status_code=201)
async def resolve(
    request: Request, incident: str, visitor: Actor, key: Key, body: ResolutionBody
) -> Response:
    """End it, for a reason; refused while tasks are open."""

    def work(ports: Ports, _: IncidentNotices) -> Incident:
        return flow.stand_down(ports, incident, by=by_of(visitor), reason=body.reason)

    return await _act(request, visitor, key, work)


async def _act(request: Request, visitor: Visitor, key: str, work: Any) -> Response:
    """Act on an incident, and take back what somebody took."""
    from nanoward.flows.watch.give_notices import MessageNotices
    from nanoward.wiring.messages import desk_of

    path = service_of(request).path

    def act(ports: Ports) -> Any:
        notices = MessageNotices(desk_of(ports, path), flow.plan_of(ports))
        done = work(ports, notices)
        notices.settle(flow.read_incidents(ports).incidents)
        return _story(done)

    return await once(request, visitor, key, act)


def _row(one: Incident) -> dict[str, Any]:
    return {
        "incident": one.name,
        "state": one.state,
        "urgency": one.opened.urgency,
        "level": one.level,
        "holder": one.holder,
        "cause": one.opened.cause,
        "title": one.opened.title,
        "alarms": len(one.joined),
        "tasks_open": sum(task.state == "open" for task in one.tasks),
        "deadline": one.deadline,
    }


def _story(one: Incident) -> dict[str, Any]:
    return {**_row(one), "to_do": one.tasks, "timeline": one.timeline}
