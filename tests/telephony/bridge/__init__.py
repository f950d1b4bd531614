"""The bridge, from its table of who hears whom to calls with several people on a driven clock."""
