"""The console's door: pages for staff, and the script and style that they ask for."""

from fastapi import APIRouter

from nanoward.faces.service.console import static_files
from nanoward.faces.service.console.pages import (
    agreements_page,
    audit_page,
    board_page,
    bonds_drift_page,
    control_page,
    council_page,
    data_page,
    messages_page,
    now_page,
    partners_page,
    person_timeline,
    pregnancies_page,
    safety_page,
    settings_page,
    visits_page,
    watch_page,
)

PAGES = (
    now_page, board_page, person_timeline, safety_page, settings_page, bonds_drift_page,
    control_page, data_page, audit_page, visits_page, agreements_page, messages_page,
    watch_page, council_page, pregnancies_page, partners_page,
)  # fmt: skip

router = APIRouter()
router.include_router(static_files.router)
for page in PAGES:
    router.include_router(page.router)
