"""billing-meter: counts usage, and states each project's days."""
