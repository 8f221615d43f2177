"""Watch: scan streams, raise alarms, keep incidents, hold drills; one use case each."""
