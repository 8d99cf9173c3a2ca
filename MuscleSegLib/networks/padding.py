"""Padding and cropping for networks that halve images, which may then be of any size."""

from collections.abc import Callable, Sequence

from torch import Tensor
from torch.nn import functional


def run_padded(
    network: Callable[[Tensor], Tensor], image: Tensor, multiples: Sequence[int], smallest: Sequence[int] | None = None
) -> Tensor:
    """Run a network on an image whose ends are repeated up to sizes that it can halve as often as it does.

    Both ends are padded alike, so that the image stays in the middle; the end slices, rows and columns are repeated as
    often as needed, which may be more often than the image is large.

    Args:
        network: Maps [batch, in_channels, *sizes] to [batch, out_channels, *sizes].
        image: [batch, in_channels, row, column] or [batch, in_channels, slice, row, column], of any size.
        multiples: Divisor of each size.
        smallest: Minimum of each size, a multiple of its divisor; the divisors where None.

    Returns:
        The network's output within the image, [batch, out_channels, *sizes of the image].
    """
    sizes = image.shape[2:]
    least = smallest or multiples
    padded = [max(low, -(-size // step) * step) for size, step, low in zip(sizes, multiples, least, strict=True)]
    before = [(large - size) // 2 for large, size in zip(padded, sizes, strict=True)]
    after = [large - size - first for large, size, first in zip(padded, sizes, before, strict=True)]
    if any(before) or any(after):
        # torch counts from the last axis
        ends = [end for pair in zip(before[::-1], after[::-1], strict=True) for end in pair]
        image = functional.pad(image, ends, mode="replicate")
    output = network(image)
    for axis, (first, size) in enumerate(zip(before, sizes, strict=True), start=2):
        output = output.narrow(axis, first, size)
    return output
