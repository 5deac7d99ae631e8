"""Files as they come: what they are, their text, cells and objects, read within limits."""
