"""Watching a lab from a thread: what is new since the last look."""
