"""Pages that belong to no subject: home, errors, files, language, health."""
