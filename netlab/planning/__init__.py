"""A recipe made ready to run: every network built, its data checked."""
