"""Files that come over the network in pieces, kept apart until they are whole."""
