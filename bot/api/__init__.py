"""bot.api"""
