"""bot.events"""
