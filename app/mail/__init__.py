"""Mail: writing it, handing it over to the mail server, and delivering what waits in the outbox."""
