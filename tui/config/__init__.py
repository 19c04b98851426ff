"""What the user can configure: keys of actions, themes, the settings file."""
