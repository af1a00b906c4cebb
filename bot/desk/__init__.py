"""bot.desk"""
