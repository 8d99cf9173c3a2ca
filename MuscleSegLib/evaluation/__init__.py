"""Evaluation: agreement of a segmentation and its biomarkers with a reference, with other raters and visits.

``metrics`` compares two label maps, ``statistics`` two columns of numbers; ``study`` does both for many cases, and
``longitudinal`` for the visits of one person.
"""
