"""Forms: their base, fields, widgets and messages, and forms that several views share."""
