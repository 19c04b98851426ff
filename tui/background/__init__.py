"""Work outside the event loop: jobs in daemon threads, and netlab commands."""
