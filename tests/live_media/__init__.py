"""Real media servers, real browsers: what carries sound and picture, tried as a whole."""
