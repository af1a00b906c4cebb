"""bot.copilot"""
