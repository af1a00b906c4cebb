"""Staff copilot: free questions over public and internal articles, in a process of its own."""
