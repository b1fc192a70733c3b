"""Documents: for an audience or personal, their versions, readers and archives."""
