"""Where SQLAlchemy takes more steps than our tables need: the shorter way, with why it is as safe."""
