"""The agents' desk in the browser: queue, ticket, suggestions beside it."""
