"""The team's screens for what comes after an election."""
