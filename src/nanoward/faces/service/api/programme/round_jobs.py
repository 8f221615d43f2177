"""Jobs: rounds that are being held, each in a process of its own, and how far each has come."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from nanoward.faces.service.api.parts.answers import answer
from nanoward.faces.service.api.parts.views import NotThereError
from nanoward.faces.service.guard import Guard, Visitor
from nanoward.faces.service.problems import DoorClosedError
from nanoward.faces.service.service_parts import Service, service_of
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/api/v1/programme/jobs", tags=["rounds"])
Reader = Annotated[Visitor, Depends(Guard(Right.READ_PROGRAMME))]
MODULE = "nanoward.faces.service.round_process"
MOST_KEPT = 100
LOOK_S = 0.25


class RoundRunsError(DoorClosedError):
    """A round of this programme is being held already."""

    code = "SRV-016"
    status = 409
    next_step = "Wait until its job has ended, then hold the next."


class Job(BaseModel):
    """A round that is being held: begun, done or failed; and how far it has come."""

    job: str
    state: str
    step: str
    done: int
    total: int
    told: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class RoundJob:
    """One job; its lines are what its process said, in order."""

    job: str
    process: subprocess.Popen[str]
    lines: list[dict[str, Any]] = field(default_factory=list)
    state: str = "begun"

    def told(self) -> dict[str, Any]:
        """The job as an answer."""
        last = self.lines[-1] if self.lines else {}
        ended = self.state != "begun"
        return {
            "job": self.job,
            "state": self.state,
            "step": str(last.get("step", "")),
            "done": int(last.get("done", 0)),
            "total": int(last.get("total", 0)),
            "told": last if ended else {},
        }


class RoundJobs:
    """The jobs of one programme; one round at a time."""

    def __init__(self, path: str) -> None:
        self._path, self._turn = path, threading.Lock()
        self._jobs: dict[str, RoundJob] = {}

    def begin(self, name: str, as_of: date | None, seed: int) -> dict[str, Any]:
        """Begin a job, or find the one of this name; RoundRunsError where another runs."""
        with self._turn:
            if (found := self._jobs.get(name)) is not None:
                return found.told()
            if any(one.state == "begun" for one in self._jobs.values()):
                raise RoundRunsError("a round is being held")
            process = subprocess.Popen(  # noqa: S603 - a module of ours
                [sys.executable, "-m", MODULE, self._path, str(as_of or ""), str(seed)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True, encoding="utf-8",
            )  # fmt: skip
            made = RoundJob(job=name, process=process)
            while len(self._jobs) >= MOST_KEPT:
                self._jobs.pop(next(iter(self._jobs)))
            self._jobs[name] = made
        threading.Thread(target=_listen, args=(made,), daemon=True).start()
        return made.told()

    def job(self, name: str) -> RoundJob:
        """A job by its name; NotThereError."""
        found = self._jobs.get(name)
        if found is None:
            raise NotThereError("no job has this name; a service that began anew knows none")
        return found


def _listen(job: RoundJob) -> None:
    assert job.process.stdout is not None
    with job.process.stdout as said:
        for line in said:
            try:
                job.lines.append(json.loads(line))
            except ValueError:
                continue
    done = job.process.wait() == 0 and bool(job.lines) and "round" in job.lines[-1]
    if not done and (not job.lines or "code" not in job.lines[-1]):
        job.lines.append({"code": "OUT-083", "detail": "the round's process ended early"})
    job.state = "done" if done else "failed"


def jobs_of(service: Service) -> RoundJobs:
    """The jobs of a service."""
    return service.once_made("jobs", lambda: RoundJobs(service.path))


@router.get("/{job}", response_model=Job)
async def one_job(request: Request, job: str, visitor: Reader) -> Response:
    """How far a job has come."""
    return answer(jobs_of(service_of(request)).job(job).told())


@router.get("/{job}/events", response_class=StreamingResponse)
async def events(request: Request, job: str, visitor: Reader) -> StreamingResponse:
    """What a job says, as it says it (Server-Sent Events); it ends with the job."""
    found = jobs_of(service_of(request)).job(job)
    return StreamingResponse(_said(found), media_type="text/event-stream")


async def _said(job: RoundJob) -> AsyncIterator[bytes]:
    sent, quiet = 0, 0.0
    while True:
        ended = job.state != "begun"
        for line in job.lines[sent:]:
            sent += 1
            yield f"id: {sent}\nevent: progress\ndata: {json.dumps(line)}\n\n".encode()
            quiet = 0.0
        if ended:
            yield f"event: end\ndata: {json.dumps({'state': job.state})}\n\n".encode()
            return
        await asyncio.sleep(LOOK_S)
        quiet += LOOK_S
        if quiet >= 15:
            yield b": ping\n\n"
            quiet = 0.0
