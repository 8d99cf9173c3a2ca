"""T1-weighted spin echo."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class SpinEcho:
    """A spin echo, or a fast spin echo approximated by a plain one at its effective echo time.

    Refocusing pulses below 180 degrees and stimulated echoes of a fast spin echo make fat brighter and shift the
    contrast a little toward T1. Neither is simulated, nor is B1.

    Attributes:
        repetition_ms: Repetition time (TR).
        echo_ms: (Effective) echo time (TE).
    """

    repetition_ms: float
    echo_ms: float

    def signal(self, t1_ms: ArrayLike, t2_ms: ArrayLike) -> NDArray[np.float64]:
        """Return (1 - exp(-TR / T1)) exp(-TE / T2), of the common shape of [...] relaxation times."""
        t1, t2 = np.asarray(t1_ms, dtype=np.float64), np.asarray(t2_ms, dtype=np.float64)
        return np.asarray(-np.expm1(-self.repetition_ms / t1) * np.exp(-self.echo_ms / t2))
