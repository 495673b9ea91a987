"""Pages of the media library, and the address at which mails find its pictures."""
