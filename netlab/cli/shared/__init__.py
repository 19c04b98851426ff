"""What commands share: options, output, progress, Ctrl-C."""
