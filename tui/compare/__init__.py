"""The Compare mode of the app."""
