"""bot.handoff"""
