"""The Ablate mode of the app."""
