"""Numbers along the limb, slice by slice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProfileRow:
    """One number of one muscle in one slice. A slice in which a muscle has no voxel that counts has no row.

    Each quantity is given on the slices that it was measured on, and never interpolated: the area on those of the
    labels, each map on its own.

    Attributes:
        region: As in ``Row``, and so on.
        side: See above.
        muscle: See above.
        abbreviation: See above.
        label: See above.
        quantity: "area_cm2"; "ff_mean_percent", "mtr_mean_percent" or "t2_mean_ms"; or "ff_inner_percent",
            "mtr_inner_percent" or "t2_inner_ms", the same of what lies inside the muscle's border: its outline is moved
            inward by a pixel of the map, or of the labels where those are larger. Fat around the muscle is not in it,
            and where exactly an outline runs hardly matters: of all quantities it is repeated best.
        slice: Number of the slice in its own image, from 0 at the end where that image begins.
        position_mm: Along the normal of the labels' slices, upward; for axial slices z in RAS.
        position_percent: The same in percent of the labels' imaged length, from its lower end.
        value: In the quantity's unit.

    """

    region: str
    side: str | None
    muscle: str
    abbreviation: str
    label: int
    quantity: str
    slice: int
    position_mm: float
    position_percent: float
    value: float
