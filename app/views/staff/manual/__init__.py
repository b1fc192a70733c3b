"""The manual of the team, inside the portal."""
