"""The API: a router for each room, the same words as the command line, strict in and out."""
