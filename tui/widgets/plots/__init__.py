"""Line and scatter plots drawn with characters."""
