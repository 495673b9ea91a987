"""Notices: what concerns a person, in their centre, by mail at once, or collected for the daily digest."""
