#!/usr/bin/env bash
# Prints the GPUs of this node the way Spark's discovery script must: {"name":"gpu","addresses":["0","1"]}.
# A node without a driver or a GPU has none, which is no error.
set -euo pipefail

addresses=""
if command -v nvidia-smi >/dev/null 2>&1; then
  while read -r index; do
    [[ "$index" =~ ^[0-9]+$ ]] && addresses+="${addresses:+,}\"$index\""
  done < <(nvidia-smi --query-gpu=index --format=csv,noheader 2>/dev/null || true)
fi
printf '{"name":"gpu","addresses":[%s]}\n' "$addresses"
