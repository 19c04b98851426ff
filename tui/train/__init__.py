"""The Train mode of the app."""
