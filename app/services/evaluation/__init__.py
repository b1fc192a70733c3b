"""After an election: hours that were worked, thanks with a few questions, notes of chairs, and certificates."""
