#!/bin/sh
# SPDX-License-Identifier: MIT
#SBATCH --job-name=slipway-test
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=00:20:00
#SBATCH --signal=B:TERM@60
#SBATCH --output=slipway-test-%A-%a.log
#
# A Slurm job array: each task tests one spec of a list.
#
#	ls "$PWD"/specs/*.xml >list
#	sbatch --array=1-"$(wc -l <list)" slurm-array.sh list results
#
# RESULTS (a folder that all nodes see) gets NAME.xml, the JUnit report, and NAME.log, the console, of
# each spec. The job's state is that of its tests. A task that runs out of time is told so a minute
# before (--signal), and ends its guest in order.
set -eu

if [ $# -ne 2 ] || [ -z "${SLURM_ARRAY_TASK_ID-}" ]; then
	echo "usage: sbatch --array=1-N slurm-array.sh LIST RESULTS" >&2
	exit 125
fi
list=$1
results=$2

spec=$(sed -n "${SLURM_ARRAY_TASK_ID}p" "$list")
if [ -z "$spec" ]; then
	echo "slurm-array.sh: '$list' has no line $SLURM_ARRAY_TASK_ID" >&2
	exit 125
fi
name=$(basename "$spec" .xml)
mkdir -p "$results"

# exec: Slurm's signal reaches slipway itself
exec "${SLIPWAY:-slipway}" test --accel=auto --console=off --junit="$results/$name.xml" \
	--console-log="$results/$name.log" "$spec"
