#!/usr/bin/env bash
# Builds what the steps and the cluster read from S3:
#   environment.tar.gz  Python 3.11 with the suite's requirements, unpacked by YARN or EMR Serverless as ./environment
#   tierlake.zip        the wheel under the name that PySpark puts on the path of executors
#   wheelhouse/         vLLM and all it needs, for the bootstrap of GPU nodes
# Run it on Amazon Linux 2023 (its container image will do) with conda and conda-pack on the path. The archive carries its
# own interpreter, since EMR's is Python 3.9 and EMR Serverless lets nobody install one.
#
#   build_archive.sh OUTPUT_FOLDER [TOKENIZER_JSON]
set -euo pipefail

output=${1:?usage: build_archive.sh OUTPUT_FOLDER [TOKENIZER_JSON]}
tokenizer=${2:-}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
requirements="$root/conf/databricks"
mkdir -p "$output"
output=$(cd "$output" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

conda create --yes --quiet --prefix "$work/environment" python=3.11 pip
python="$work/environment/bin/python"
"$python" -m pip install --requirement "$requirements/cpu-requirements.txt"
# The Python side of path-based Delta tables; its dependency pyspark is the platform's.
"$python" -m pip install --no-deps delta-spark==3.3.3
"$python" -m pip install importlib-metadata build hatchling

"$python" -m build --wheel --no-isolation --outdir "$work/dist" "$root"
cp "$work"/dist/tierlake-*.whl "$output/tierlake.zip"
cp "$root"/conf/emr/entry.py "$root"/conf/emr/bootstrap.sh "$root"/conf/emr/get_gpus.sh "$output"

if [[ -n "$tokenizer" ]]; then
  mkdir -p "$work/environment/share/tierlake"
  cp "$tokenizer" "$work/environment/share/tierlake/tokenizer.json"
fi
conda-pack --prefix "$work/environment" --output "$output/environment.tar.gz" --force --ignore-missing-files

"$python" -m pip download --dest "$output/wheelhouse" --requirement "$requirements/gpu-requirements.txt"
printf 'built %s: now aws s3 sync it to the prefix that the steps name\n' "$output"
