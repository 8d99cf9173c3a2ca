"""Images of what is no leg, made by hand: noise of several kinds, heads, a bottle, and Shepp and Logan's phantom."""

import numpy as np
from scipy import ndimage

from MuscleSegLib.volume import Geometry, Volume

SHAPE = (4, 100, 110)
SPACING_MM = (2.0, 2.0, 12.0)

SHEPP_LOGAN = (
    # value, half axes, center, degrees: Shepp and Logan, IEEE Trans Nucl Sci 1974;21:21-43, contrast as Toft's
    (1.0, 0.69, 0.92, 0.0, 0.0, 0),
    (-0.8, 0.6624, 0.874, 0.0, -0.0184, 0),
    (-0.2, 0.11, 0.31, 0.22, 0.0, -18),
    (-0.2, 0.16, 0.41, -0.22, 0.0, 18),
    (0.1, 0.21, 0.25, 0.0, 0.35, 0),
    (0.1, 0.046, 0.046, 0.0, 0.1, 0),
    (0.1, 0.046, 0.046, 0.0, -0.1, 0),
    (0.1, 0.046, 0.023, -0.08, -0.605, 0),
    (0.1, 0.023, 0.023, 0.0, -0.606, 0),
    (0.1, 0.023, 0.046, 0.06, -0.605, 0),
)


def image_of(name: str) -> Volume:
    """Return an image, canonical."""
    rng = np.random.default_rng(3)
    array = {
        "Gaussian noise": lambda: np.abs(rng.normal(0, 100, SHAPE)),
        "Rician noise": lambda: _scanned(np.zeros(SHAPE), 50, rng),
        "Poisson noise": lambda: rng.poisson(3, SHAPE).astype(float),
        "uniform noise": lambda: rng.uniform(0, 1000, SHAPE),
        "a constant with noise": lambda: 500 + rng.normal(0, 20, SHAPE),
        "smooth noise": lambda: 500 + 1e4 * ndimage.gaussian_filter(rng.normal(0, 1, SHAPE), [1, 4, 4]),
        "a disk of noise": lambda: np.where(_ellipse(0, 0, 70, 70), np.abs(rng.normal(0, 400, SHAPE)), 1.0),
        "a head, T1": lambda: _head({"scalp": 1.0, "skull": 0.08, "fluid": 0.15, "gray": 0.5, "white": 0.75}, rng),
        "a head, T2": lambda: _head({"scalp": 0.6, "skull": 0.05, "fluid": 1.0, "gray": 0.55, "white": 0.4}, rng),
        "a head, FLAIR": lambda: _head({"scalp": 0.8, "skull": 0.05, "fluid": 0.1, "gray": 0.7, "white": 0.55}, rng),
        "Shepp-Logan": lambda: _scanned(900 * _shepp_logan(), 10, rng),
        "a bottle": lambda: _scanned(900.0 * _ellipse(0, 0, 50, 50), 20, rng),
        "two bottles": lambda: _scanned(900.0 * (_ellipse(-52, 0, 45, 45) | _ellipse(52, 0, 45, 45)), 20, rng),
    }[name]()
    affine = np.diag([*SPACING_MM, 1.0])
    return Volume(np.asarray(array, np.float32), Geometry(SHAPE, affine))


def _places() -> tuple[np.ndarray, np.ndarray]:
    _, j, i = np.indices(SHAPE)
    return (i - (SHAPE[2] - 1) / 2) * SPACING_MM[0], (j - (SHAPE[1] - 1) / 2) * SPACING_MM[1]


def _ellipse(right: float, front: float, half_width: float, half_height: float) -> np.ndarray:
    x, y = _places()
    return ((x - right) / half_width) ** 2 + ((y - front) / half_height) ** 2 < 1


def _scanned(signal: np.ndarray, deviation: float, rng: np.random.Generator) -> np.ndarray:
    return np.hypot(signal + rng.normal(0, deviation, SHAPE), rng.normal(0, deviation, SHAPE))


def _head(values: dict[str, float], rng: np.random.Generator) -> np.ndarray:
    """A scalp, a skull, fluid, folded gray and white matter, ventricles: nested ellipses of 150 mm by 184 mm."""
    x, y = _places()
    texture = [ndimage.gaussian_filter(rng.normal(size=SHAPE), [1, size, size]) for size in (6, 3)]
    wobble, folds = (field / field.std() for field in texture)
    radius = np.hypot(x / 75, y / 92) + 0.02 * wobble
    head = np.zeros(SHAPE)
    for limit, tissue in ((1.12, "scalp"), (1.05, "skull"), (0.98, "fluid")):
        head[radius < limit] = values[tissue]
    head[(radius < 0.94) & (np.sin(4 * folds) + 8 * (0.94 - radius) > 0)] = values["gray"]
    head[(radius < 0.8) & (np.sin(4 * folds) + 10 * (0.8 - radius) > 0.2)] = values["white"]
    head[_ellipse(-14, 5, 8, 32) | _ellipse(14, 5, 8, 32) | ((np.abs(x) < 1.5) & (radius < 0.95))] = values["fluid"]
    return _scanned(800 * ndimage.gaussian_filter(head, [0, 0.6, 0.6]), 25, rng)


def _shepp_logan() -> np.ndarray:
    x, y = (place / 95 for place in _places())
    image = np.zeros(SHAPE)
    for value, half_width, half_height, right, front, degrees in SHEPP_LOGAN:
        cosine, sine = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
        across, along = (x - right) * cosine + (y - front) * sine, (y - front) * cosine - (x - right) * sine
        image[(across / half_width) ** 2 + (along / half_height) ** 2 < 1] += value
    return image
