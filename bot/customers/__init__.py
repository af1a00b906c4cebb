"""bot.customers"""
