"""The message box (berichtenbox): questions of members, the work of the team on them, and questions to members."""
