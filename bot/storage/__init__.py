"""bot.storage"""
