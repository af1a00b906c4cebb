"""bot.widget"""
