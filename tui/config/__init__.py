"""What a person can set: actions and their keys, themes, the settings file."""
