"""The chat widget of websites: loader, chat page, demo shop."""
