"""Autosave: unsaved work is written after every change and restored at the next start."""
