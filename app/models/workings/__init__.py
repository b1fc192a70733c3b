"""What the portal keeps to do its own work: the audit trail, imports, lists, mail, workers, and what was typed."""
