"""relay-poller: asks shops what is new, and reads single records that something pointed at."""
