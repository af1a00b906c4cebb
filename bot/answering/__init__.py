"""bot.answering"""
