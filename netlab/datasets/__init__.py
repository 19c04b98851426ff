"""Data sets: what a recipe names, which there are, what an image folder holds. No torch."""
