"""Who can take an open place, best first, and why: for a planner who takes one a second."""
