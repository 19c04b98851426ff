"""Getting runs done: the queue, its one supervisor, the workers, and how they ended."""
