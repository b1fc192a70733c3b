"""What stands together on one page: tasks, badges, home of the team, and the page of a member."""
