"""Legs to learn from: cut out of label maps and scans, or drawn by the phantom, and completed with invented tissues."""
