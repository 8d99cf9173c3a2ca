#!/bin/bash
# A job array of SLURM: sbatch cohort_array.sh INPUT OUTPUT. Each job does a tenth of the scans; PARTS is the end of --array.
# Single jobs again: sbatch --array=3,7 cohort_array.sh INPUT OUTPUT. The tables, when all have ended:
# sbatch --dependency=afterany:JOB --wrap "muscleseg cohort INPUT OUTPUT group"
#SBATCH --array=1-10
#SBATCH --cpus-per-task=4
#SBATCH --mem=6G
#SBATCH --time=12:00:00
set -euo pipefail
PARTS=10
muscleseg cohort "$1" "$2" participant --shard "${SLURM_ARRAY_TASK_ID:-1}/$PARTS" --processes "${SLURM_CPUS_PER_TASK:-4}"
