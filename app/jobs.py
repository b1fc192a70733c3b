"""What runs in the background and when: thin, each calls a service."""
