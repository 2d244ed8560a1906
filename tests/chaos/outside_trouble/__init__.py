"""Trouble outside of Shoprelay: servers that go, freeze, slow down or fill up; shops that answer badly; clocks that step."""
