"""The parts that all modes share: header, key hints, help, dialogs, quitting."""
