"""What relays share to talk to shops: asking, tokens, walking lists."""
