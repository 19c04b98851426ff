"""netlab: a lab for guided ablations of convolutional networks, in the terminal."""
