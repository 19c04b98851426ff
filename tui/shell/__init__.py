"""What surrounds every mode: header, key hints, help, dialogs, quitting."""
