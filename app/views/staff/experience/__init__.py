"""What members did at earlier elections."""
