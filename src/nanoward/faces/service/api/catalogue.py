"""Catalogue: what was found in samples, and how far the agent has changed in its hosts."""

from fastapi import APIRouter

from nanoward.faces.service.api.tables_routes import add_tables
from nanoward.programme.access.rights import Right

router = APIRouter(prefix="/api/v1/catalogue", tags=["catalogue"])

add_tables(
    router,
    Right.READ_GENOMES,
    (
        ("/profiles", "profiles", "Samples that were typed."),
        ("/presence", "presence", "Whether the agent was there, with its limit."),
        ("/coverage", "coverage", "How deep each sample was read."),
        ("/factors", "factors", "Factors that samples carry."),
        ("/adaptation", "adaptation", "A participant's samples over days."),
        ("/acquired", "acquired", "Variants that a participant's start did not have."),
        ("/departures", "departures", "How far each sample is from its recipient's start."),
        ("/guarded-loci", "guarded_loci", "Kill and safety loci of each sample."),
        ("/owners", "owners", "Whose sample each is, by what is private in it."),
    ),
)
