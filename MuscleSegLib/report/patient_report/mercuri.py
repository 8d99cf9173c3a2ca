"""Fat fractions in the ranges of Mercuri's scale: no visual grade.

The scale is judged by eye, as a share of the muscle: 0 normal, 1 mild and scattered, 2 below 30 %, 3 from 30 to 60 %,
4 above 60 % (Mercuri et al., 2002; table in Wattjes et al., 2010, PMC2940021). As cut-offs of FF it is not validated,
and visual grades read higher than FF (Wokke et al., 2013): grades 0, 1 and 2, which FF does not tell apart, are one
range.
"""

LOW_PERCENT, HIGH_PERCENT = 30.0, 60.0


def mercuri_range(ff_percent: float | None) -> str:
    """Return the range of the scale that a fat fraction lies in: "<30", "30–60" or ">60", "" without one."""
    if ff_percent is None:
        return ""
    if ff_percent < LOW_PERCENT:
        return "<30"
    return ">60" if ff_percent > HIGH_PERCENT else "30–60"
