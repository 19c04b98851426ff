"""Watches a lab from a thread and reports changes."""
