"""What leaves the graph: profiles that protect people, formats, networks and pictures."""
