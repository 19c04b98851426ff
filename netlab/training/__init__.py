"""Training one run: data, augmentation, optimiser, loop, evaluation, checkpoint, worker."""
