"""Result folder of nnU-Net: its plans, its data set, and a stand-in for its network."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

KWARGS = {
    **{"n_stages": 2, "features_per_stage": [4, 8], "conv_op": "torch.nn.modules.conv.Conv3d"},
    **{"kernel_sizes": [[1, 3, 3], [3, 3, 3]], "strides": [[1, 1, 1], [1, 2, 2]]},
    **{"n_conv_per_stage": [2, 2], "n_conv_per_stage_decoder": [2], "conv_bias": True},
    **{"norm_op": "torch.nn.modules.instancenorm.InstanceNorm3d", "norm_op_kwargs": {"eps": 1e-05, "affine": True}},
    **{"dropout_op": None, "dropout_op_kwargs": None},
    **{"nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"inplace": True}},
}

PLAIN = "dynamic_network_architectures.architectures.unet.PlainConvUNet"

PLANS = {
    "dataset_name": "Dataset501_Thigh",
    "plans_name": "nnUNetPlans",
    "original_median_spacing_after_transp": [5.0, 1.2, 1.2],
    "image_reader_writer": "SimpleITKIO",
    "transpose_forward": [0, 1, 2],
    "transpose_backward": [0, 1, 2],
    "configurations": {
        "2d": {
            "patch_size": [64, 64],
            "spacing": [1.2, 1.2],
            "normalization_schemes": ["ZScoreNormalization"],
            "use_mask_for_norm": [False],
            "architecture": {"network_class_name": PLAIN, "arch_kwargs": KWARGS, "_kw_requires_import": []},
        },
        "3d_fullres": {
            "patch_size": [8, 64, 64],
            "spacing": [5.0, 1.2, 1.0],
            "normalization_schemes": ["ZScoreNormalization"],
            "use_mask_for_norm": [False],
            "architecture": {
                "network_class_name": PLAIN,
                "arch_kwargs": KWARGS,
                "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
            },
        },
        "3d_large": {"inherits_from": "3d_fullres", "patch_size": [16, 64, 64]},
    },
}

DATASET = {
    "channel_names": {"0": "T1"},
    "labels": {"background": 0, "VL": 1, "BFL": 2, "BFS": 3, "femur": 4, "ignore": 5},
    "numTraining": 40,
    "file_ending": ".nii.gz",
}

RESULT = "nnUNetTrainer__nnUNetPlans__3d_fullres"


class StandIn(nn.Module):
    """In place of nnU-Net's network where its package is not installed: what it is given, and one layer of it."""

    def __init__(self, input_channels: int, num_classes: int, conv_op: type[nn.Module], **others: object) -> None:
        super().__init__()
        self.given = {"input_channels": input_channels, "num_classes": num_classes, "conv_op": conv_op, **others}
        self.layer = conv_op(input_channels, num_classes, 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.layer(image)


def save_checkpoint(fold: Path, network: nn.Module) -> None:
    """Write what nnUNetTrainer.save_checkpoint writes: numbers of NumPy's are in the log and in the best score."""
    checkpoint = {
        "network_weights": network.state_dict(),
        "optimizer_state": torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9).state_dict(),
        "grad_scaler_state": None,
        "logging": {"mean_fg_dice": [np.float64(0.8)], "train_losses": [np.float32(0.1)], "lrs": [0.01]},
        "_best_ema": np.float64(0.87),
        "current_epoch": 1000,
        "init_args": {"plans": PLANS, "configuration": "3d_fullres", "fold": 0, "device": torch.device("cpu")},
        "trainer_name": "nnUNetTrainer",
        "inference_allowed_mirroring_axes": (0, 1, 2),
    }
    torch.save(checkpoint, fold / "checkpoint_final.pth")
