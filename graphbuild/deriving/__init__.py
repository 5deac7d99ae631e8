"""What follows from what is said: rules, part by part, all at once or only where something changed."""
