"""bot.decision"""
