"""Documents of the review: reports, addenda and decisions, and how they number, word and answer."""
