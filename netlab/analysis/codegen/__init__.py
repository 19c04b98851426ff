"""A network as a standalone PyTorch file: the source it needs, and the calls that build it."""
