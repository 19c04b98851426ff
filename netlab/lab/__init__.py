"""The SQLite record of studies and runs, and the supervisor that gets runs done. No torch."""
