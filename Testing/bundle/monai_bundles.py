"""MONAI bundle of a stranger: its configuration, its metadata, and small networks of each kind."""

ARGUMENTS = {
    "spatial_dims": 3,
    "in_channels": 1,
    "out_channels": 5,
    "channels": [4, 8],
    "strides": [2],
    "norm": "batch",
}

TENSOR = {"type": "image", "format": "magnitude", "modality": "MR", "dtype": "float32", "value_range": []}

METADATA = {
    "version": "0.3.0",
    "data_source": "twelve volunteers",
    "network_data_format": {
        "inputs": {"image": {**TENSOR, "num_channels": 1, "spatial_shape": [32, 32, 16], "channel_def": {"0": "T1"}}},
        "outputs": {
            "pred": {
                **TENSOR,
                "num_channels": 5,
                "spatial_shape": [32, 32, 16],
                "channel_def": {
                    **{"0": "background", "1": "left vastus lateralis", "2": "vastus_lateralis_right"},
                    **{"3": "femur", "4": "soleus_left"},
                },
            }
        },
    },
}

INFERENCE = {
    "imports": ["$import os"],
    "bundle_root": ".",
    "classes": 5,
    "window": {"size": [32, 32, 16]},
    "device": "$torch.device('cpu')",
    "network_def": {"_target_": "UNet", **ARGUMENTS, "out_channels": "@classes"},
    "network": "$@network_def.to(@device)",
    "preprocessing": {
        "_target_": "Compose",
        "transforms": [
            {"_target_": "LoadImaged", "keys": "image"},
            {"_target_": "EnsureChannelFirstd", "keys": "image"},
            {"_target_": "Orientationd", "keys": "image", "axcodes": "RAS"},
            {"_target_": "Spacingd", "keys": "image", "pixdim": [1.0, 1.0, 4.0], "mode": "bilinear"},
            {"_target_": "NormalizeIntensityd", "keys": "image", "nonzero": True},
            {"_target_": "EnsureTyped", "keys": "image", "device": "@device"},
        ],
    },
    "inferer": {"_target_": "SlidingWindowInferer", "roi_size": "@window#size", "overlap": 0.5, "sw_batch_size": 4},
    "run": ["$os.system('touch exploded')"],
}

SMALL = {
    "AttentionUnet": {"spatial_dims": 2, "channels": [4, 8], "strides": [2]},
    "BasicUNet": {"spatial_dims": 2, "features": [4] * 6},
    "DynUNet": {"spatial_dims": 2, "kernel_size": [3] * 3, "strides": [1, 2, 2], "upsample_kernel_size": [2, 2]},
    "HighResNet": {"spatial_dims": 2},
    "SegResNet": {"spatial_dims": 2},
    "SegResNetDS": {"spatial_dims": 2, "init_filters": 8},
    "SwinUNETR": {"spatial_dims": 2, "feature_size": 12},
    "UNet": {"spatial_dims": 2, "channels": [4, 8], "strides": [2]},
    "VNet": {"spatial_dims": 2},
}
