"""Owns the chat on websites: loader, chat page, demo shop. Refuses to hold any rule of the desk."""
