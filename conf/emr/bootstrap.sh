#!/usr/bin/env bash
# Bootstrap action of every node: the environment at /mnt/tierlake/environment, the discovery script, the model's folder.
# GPU nodes also get vLLM from the wheelhouse, the weights, and the cgroup that YARN's GPU isolation writes to.
#
#   bootstrap.sh S3_PREFIX [S3_MODEL_FOLDER]
set -euo pipefail

prefix=${1:?usage: bootstrap.sh S3_PREFIX [S3_MODEL_FOLDER]}
model=${2:-}
home=/mnt/tierlake
environment="$home/environment"

# By PCI vendor: bootstrap actions run before EMR has set up the driver.
has_gpu() {
  grep -qs '^0x10de' /sys/bus/pci/devices/*/vendor
}

sudo mkdir -p "$environment"
sudo chown -R "$(id -u):$(id -g)" "$home"
aws s3 cp --only-show-errors "$prefix/environment.tar.gz" "$home/environment.tar.gz"
tar -xzf "$home/environment.tar.gz" -C "$environment"
rm "$home/environment.tar.gz"
# The archive was packed elsewhere: mend the paths it holds.
"$environment/bin/python" "$environment/bin/conda-unpack"

aws s3 cp --only-show-errors "$prefix/get_gpus.sh" "$home/get_gpus.sh"
chmod 755 "$home/get_gpus.sh"

if has_gpu; then
  aws s3 sync --only-show-errors "$prefix/wheelhouse" "$home/wheelhouse"
  "$environment/bin/python" -m pip install --no-index --find-links "$home/wheelhouse" 'vllm==0.32.*'
  rm -rf "$home/wheelhouse"
  # Amazon Linux 2023 mounts cgroup v2 alone; YARN's container executor needs the devices controller of v1.
  sudo mkdir -p /tierlake-cgroup/devices
  sudo mount -t cgroup -o devices cgroupv1-devices /tierlake-cgroup/devices
  sudo chmod -R a+rwx /tierlake-cgroup
fi

if [[ -n "$model" ]]; then
  if has_gpu; then
    aws s3 sync --only-show-errors "$model" "$home/model"
  else
    # The driver checks the folder and reads the tokenizer; weights are for the GPUs.
    aws s3 sync --only-show-errors --exclude '*' --include '*.json' --include '*.jinja' "$model" "$home/model"
  fi
fi
chmod -R a+rX "$home"
