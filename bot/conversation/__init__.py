"""bot.conversation"""
