"""Every router of the API."""

from fastapi import APIRouter

from nanoward.faces.service.api import (
    agents,
    audit,
    bonds,
    catalogue,
    clearance,
    consent,
    control,
    events,
    openapi,
    tuning,
    uploads,
    watch,
    way_out,
)
from nanoward.faces.service.api.programme import (
    agreements,
    cases,
    council,
    files,
    findings,
    messages,
    round_jobs,
    rounds,
    urgent,
    visits,
)

API: tuple[APIRouter, ...] = (
    way_out.router,
    clearance.router,
    consent.router,
    control.router,
    watch.router,
    audit.router,
    agents.router,
    catalogue.router,
    uploads.router,
    bonds.router,
    tuning.router,
    rounds.router,
    round_jobs.router,
    findings.router,
    files.router,
    visits.router,
    agreements.router,
    messages.router,
    council.router,
    cases.router,
    urgent.router,
    events.router,
    openapi.router,
)
