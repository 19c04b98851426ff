"""The values that the screens show and edit."""
