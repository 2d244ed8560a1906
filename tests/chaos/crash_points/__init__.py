"""The points at which a process can die between two stores, by name: killed exactly there, started anew, seen from outside."""
