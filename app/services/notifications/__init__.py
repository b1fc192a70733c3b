"""Notifications (notificaties) of members, and the one mail that says that something waits."""
