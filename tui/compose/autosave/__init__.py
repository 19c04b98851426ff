"""Unsaved work: written at every change, found again at the next start."""
