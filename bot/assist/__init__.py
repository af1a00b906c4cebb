"""bot.assist"""
