import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch


@pytest.mark.slow
@pytest.mark.long
def test_two_processes_train_one_network_together(configuration_file, project_root, tmp_path):
    """Both end with the same weights, which are not those that they began with; one of them writes."""
    text = configuration_file.read_text().replace("made = 1.0", "phantom = 1.0").replace("thigh", "calf")
    text = text.replace("phantoms = 0", "phantoms = 2").replace('["Q"]', '["phantom-1"]')
    configuration = tmp_path / "train.toml"
    configuration.write_text(text)
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    program = Path(__file__).with_name("two_processes.py")
    environment = {**os.environ, "PYTHONPATH": str(project_root), "OMP_NUM_THREADS": "1"}

    ended = subprocess.run(
        [*torchrun, str(program), str(configuration), str(tmp_path)], env=environment, capture_output=True, text=True
    )

    assert ended.returncode == 0, ended.stderr[-3000:]
    first, second = (torch.load(tmp_path / f"weights-{rank}.pt", weights_only=True) for rank in (0, 1))
    for weights, other in zip(first, second, strict=True):
        assert weights.isfinite().all()
        assert torch.equal(weights, other)
    assert (tmp_path / "checkpoint.pt").exists()
    lines = (tmp_path / "log.csv").read_text().splitlines()
    assert [line.split(",")[0] for line in lines] == ["iteration", "3", "5"]
