"""bot.insights"""
