"""Outbound mail: the outbox, what a mail server answered, reports of what did not arrive, and sending again."""
