"""The Compose mode of the app."""
