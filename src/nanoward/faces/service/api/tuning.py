"""Tuning: fits, bands, frontiers, and the settings that were recommended."""

from fastapi import APIRouter

from nanoward.faces.service.api.tables_routes import add_tables
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/api/v1/tuning", tags=["tuning"])

add_tables(
    router,
    Right.READ_SETTINGS,
    (
        ("/fits", "fits", "Individual parameters of the last round."),
        ("/bands", "bands", "What a new observation of each person may be."),
        ("/observed", "observed", "What was observed of each person."),
        ("/frontier", "frontier", "Benefit and side effect of every setting, by person."),
        ("/recommendations", "recommendations", "Settings that were recommended, or why not."),
        ("/comparisons", "comparisons", "Paired comparisons of settings."),
    ),
)
