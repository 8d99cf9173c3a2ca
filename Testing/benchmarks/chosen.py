"""Which networks a benchmark is about."""

from collections.abc import Sequence

from MuscleSegLib.bundle import Bundle, find_bundle, shipped_bundles
from MuscleSegLib.errors import MuscleSegError

PAPER_ORDER = ("hrnet", "transunet", "unet2d", "unet3d")
"""Architectures in the order of the tables of Hostin et al. (10.1002/jmri.28708); others come after them."""


def bundles_of(region: str, networks: Sequence[str] | None) -> list[Bundle]:
    """Return the networks of these names, or all that are shipped for the region, in the paper's order.

    Raises:
        MuscleSegError: Two have one name, under which their figures would be mixed up.

    """
    if networks:
        found = [find_bundle(region, network) for network in networks]
    else:
        found = [bundle for bundle in shipped_bundles() if bundle.metadata.region == region]
    names = [bundle.metadata.name for bundle in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        message = f"Two of the networks are called {twice}: measure them one after the other."
        raise MuscleSegError(message)
    order = {name: number for number, name in enumerate(PAPER_ORDER)}
    return sorted(found, key=lambda one: (order.get(one.metadata.architecture, len(order)), one.metadata.name))
