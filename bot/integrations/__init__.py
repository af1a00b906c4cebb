"""bot.integrations"""
