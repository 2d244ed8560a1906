"""One relay per platform: how to authenticate, list, page, verify webhooks and map."""
