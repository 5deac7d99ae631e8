"""Laws: their numbers, articles, dates and changes, as statements."""
