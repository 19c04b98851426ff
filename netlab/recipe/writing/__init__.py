"""Saving networks and studies into recipe files, comments and order kept."""
