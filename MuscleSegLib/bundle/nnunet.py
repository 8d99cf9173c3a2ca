"""Result folders of nnU-Net v2: ``plans.json``, ``dataset.json`` and ``fold_0/checkpoint_final.pth``.

Isensee et al., Nat Methods 2021;18:203-211 (10.1038/s41592-020-01008-z). A single fold is used, without mirroring:
nnU-Net itself averages over both, so that its results may be a little better.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from MuscleSegLib.bundle.bundle import Bundle
from MuscleSegLib.bundle.checked import MOST_LABELS, json_object, shortened, stated
from MuscleSegLib.bundle.matching import match_labels
from MuscleSegLib.bundle.metadata import Metadata
from MuscleSegLib.bundle.plans import arguments_of, chosen_configuration, input_of
from MuscleSegLib.bundle.weights import sha256_of, unpickled
from MuscleSegLib.errors import MuscleSegError
from MuscleSegLib.json_values import integer, require
from MuscleSegLib.networks.foreign import build_nnunet

if TYPE_CHECKING:
    from torch import nn

CHECKPOINT = "checkpoint_final.pth"
PLANS = "plans.json"


@dataclass(frozen=True)
class NnunetBundle(Bundle):
    """Fold of an nnU-Net; its folder is that of the fold."""

    @property
    def weights(self) -> Path:
        """File of the checkpoint."""
        return self.folder / CHECKPOINT

    def unpacked(self, content: bytes) -> Any:  # noqa: ANN401 - any content; ``fill`` checks it
        """Return the network's part of the checkpoint."""
        checkpoint = unpickled(content, self.weights, allowed=_numpy_scalars())
        state = checkpoint.get("network_weights") if isinstance(checkpoint, dict) else None
        if not isinstance(state, Mapping):
            message = f"The weights {self.weights} are no checkpoint of nnU-Net: network_weights is missing in it."
            raise MuscleSegError(message)
        return {str(name).removeprefix("module."): value for name, value in state.items()}  # of several GPUs

    def constructed(self) -> nn.Module:
        """Call the constructor of nnU-Net's network."""
        return build_nnunet(self.metadata.architecture, self.metadata.arguments)


def find_fold(folder: Path) -> Path | None:
    """Return the fold of a folder: the folder of a fold, of a result, or of a data set with a single result.

    Raises:
        MuscleSegError: The folder has several results, or no fold with a final checkpoint.

    """
    if (folder.resolve().parent / PLANS).is_file() and folder.resolve().name.startswith("fold_"):
        return folder.resolve()
    results = [folder] if (folder / PLANS).is_file() else sorted(path.parent for path in folder.glob(f"*/{PLANS}"))
    if len(results) > 1:
        names = ", ".join(path.name for path in results)
        message = f"The folder {folder} holds several nnU-Nets: give the folder of one of them ({names})."
        raise MuscleSegError(message)
    if not results:
        return None
    folds = sorted(path.parent for path in results[0].glob(f"fold_*/{CHECKPOINT}"))
    if not folds:
        message = f"The nnU-Net {results[0]} cannot be used: there is no fold_0/{CHECKPOINT} in it."
        raise MuscleSegError(message)
    return folds[0]


def read_nnunet(fold: Path, region: str | None) -> NnunetBundle:
    """Read an nnU-Net.

    Args:
        fold: Folder of the fold, from ``find_fold``.
        region: Requested region, or None for that of its labels.

    Raises:
        MuscleSegError: The nnU-Net is damaged, or has a feature that MuscleSeg lacks.

    """
    folder = fold.parent
    plans, dataset = (_read_json(folder / name) for name in (PLANS, "dataset.json"))
    try:
        name, configuration = chosen_configuration(plans, folder.name)
        labels = _label_names(dataset)
        architecture, arguments = arguments_of(configuration, classes=len(labels) + 1)
        spec, notes = input_of(plans, configuration)
        require(len(dataset.get("channel_names") or dataset["modality"]) == 1, "it wants more than one image at a time")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        message = f"The nnU-Net {folder} cannot be used: {shortened(why)}."
        raise MuscleSegError(message) from error
    matched = match_labels(labels, region, folder)
    title = shortened(stated(plans.get("dataset_name"), folder.parent.name))
    metadata = Metadata(
        name=f"{title}-{name}",
        version=fold.name,
        region=matched.region,
        architecture=architecture,
        arguments=arguments,
        parameters=0,
        input=spec,
        labels=matched.labels,
        notes=(*matched.notes, *notes, f"of nnU-Net's folds {fold.name} alone is used, without mirroring"),
        training_data=f"{stated(dataset.get('numTraining'), 'an unknown number of')} scans of {title}",
        license="not stated",
        accuracy="not measured with MuscleSeg",
        sha256=sha256_of(fold / CHECKPOINT),
    )
    parameters = sum(value.numel() for value in NnunetBundle(fold, metadata).sketched().parameters())
    return NnunetBundle(fold, replace(metadata, parameters=parameters))


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return json_object(path)
    except (OSError, ValueError) as error:
        message = f"The nnU-Net {path.parent} cannot be used: {path.name} is missing or is no JSON object."
        raise MuscleSegError(message) from error


def _label_names(dataset: Mapping[str, Any]) -> list[str]:
    """Return the names of labels 1 and up, without nnU-Net's label "ignore", which is no output."""
    values = {}
    require(len(dataset["labels"]) <= MOST_LABELS + 1, f"it has more than {MOST_LABELS} labels")
    for name, value in dataset["labels"].items():
        require(not isinstance(value, list), f"its label {name!r} is a region of several labels")
        require(integer(value, f"label {name!r}") not in values, f"two of its labels have the value {value}")
        values[value] = name
    names = [values[value] for value in sorted(values) if values[value] != "ignore"]
    require(sorted(values)[: len(names)] == list(range(len(names))), "its labels are not 0, 1, 2 and so on")
    require(names[0] == "background", "its label 0 is not the background")
    return names[1:]


def _numpy_scalars() -> list[Any]:
    """Return the classes of NumPy's scalars, which the log in nnU-Net's checkpoints holds."""
    import numpy as np
    from numpy._core.multiarray import scalar

    # The module of NumPy 1 has another name, and a checkpoint may be from then.
    return [
        (scalar, "numpy.core.multiarray.scalar"),
        (scalar, "numpy._core.multiarray.scalar"),
        np.dtype,
        *(np.dtypes.Float64DType, np.dtypes.Float32DType, np.dtypes.Int64DType),
    ]
