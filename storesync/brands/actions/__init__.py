"""Every write to brands, regions, locations and memberships, one module by noun."""
