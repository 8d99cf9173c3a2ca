"""Computing cost of a network: memory and time, estimated before it runs, and how much of both there is."""
