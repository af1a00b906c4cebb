"""bot.retrieval"""
