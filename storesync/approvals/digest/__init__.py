"""What waits for a person, told by mail: entries, letters, whom they go to, and when (Rule A11)."""
