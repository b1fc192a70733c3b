"""What a member does and did at elections: trainings, places, appointments, the day itself, and afterwards."""
