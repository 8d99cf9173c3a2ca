"""NIfTI files to be read: written by nibabel, and the offsets of fields in their headers."""

import nibabel
import numpy as np

NAN, INF = float("nan"), float("inf")

DIM, DATATYPE, BITPIX, PIXDIM, VOX_OFFSET, SLOPE, INTERCEPT, UNITS = 40, 70, 72, 76, 108, 112, 116, 123

QFORM_CODE, SFORM_CODE, QUATERNION, QOFFSET, SROW_X, MAGIC = 252, 254, 256, 268, 280, 344


def save_nifti(path, array_ijk, affine=None, *, sform=1, qform=1, **header):
    """Save voxels, [i, j, k], with fields of the header, and return the path."""
    image = nibabel.Nifti1Image(array_ijk, np.eye(4) if affine is None else affine, dtype=array_ijk.dtype)
    place = image.affine.copy()  # the first of the two changes the one in the image
    image.set_sform(place, sform)
    image.set_qform(place if qform else None, qform, strip_shears=True)
    for name, value in header.items():
        image.header[name] = value
    nibabel.save(image, path)
    return path
