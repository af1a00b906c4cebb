"""Articles to passages to vectors to published generations. Knows nothing of chats."""
