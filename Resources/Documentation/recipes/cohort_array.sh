#!/bin/bash
# A job array of SLURM: sbatch cohort_array.sh INPUT OUTPUT. Each job does a tenth of the scans.
#SBATCH --array=1-10
#SBATCH --cpus-per-task=4
#SBATCH --mem=6G
#SBATCH --time=12:00:00
set -euo pipefail
muscleseg cohort "$1" "$2" participant --shard "${SLURM_ARRAY_TASK_ID:-1}/${SLURM_ARRAY_TASK_COUNT:-10}" \
    --processes "${SLURM_CPUS_PER_TASK:-4}"
