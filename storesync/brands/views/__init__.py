"""Pages of brands, regions, locations and people."""
