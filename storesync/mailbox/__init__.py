"""The demo's mail server and its mailbox page: a real SMTP conversation, without mail leaving the machine."""
