"""The console of the staff: one file per page, drawn by the report's own views."""
