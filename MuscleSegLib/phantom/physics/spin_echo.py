"""The T1-weighted spin echo."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class SpinEcho:
    """A spin echo; also a fast one, taken to give the signal of a plain one at its effective echo time.

    A fast spin echo differs from that: its refocusing pulses of less than 180 degrees and its stimulated echoes make
    fat brighter and move the contrast a little toward T1. Neither is simulated, and neither is its B1.

    Attributes:
        repetition_ms: TR.
        echo_ms: (Effective) TE.

    """

    repetition_ms: float
    echo_ms: float

    def signal(self, t1_ms: ArrayLike, t2_ms: ArrayLike) -> NDArray[np.float64]:
        """Return (1 - exp(-TR / T1)) exp(-TE / T2), of the arguments' common shape."""
        t1, t2 = np.asarray(t1_ms, dtype=np.float64), np.asarray(t2_ms, dtype=np.float64)
        return np.asarray(-np.expm1(-self.repetition_ms / t1) * np.exp(-self.echo_ms / t2))
