"""What people type, read in one way everywhere: days in any spelling, texts that are more than what cannot be seen."""
