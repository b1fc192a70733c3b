"""Campaigns (verzendingen): notifications to an audience, their progress and reminders."""
