"""Real SIP peers against a hotline in a process of its own: Debian's baresip and sipp."""
