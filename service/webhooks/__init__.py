"""The use cases of webhooks: one is made, and changes are delivered to it, signed (https://www.standardwebhooks.com)."""
