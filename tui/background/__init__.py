"""Work that the app must not wait for: jobs in daemon threads, and netlab commands."""
