#!/usr/bin/env bash
# The installed program runs from anywhere, also after its folder was moved. Called with the built program.
set -euo pipefail

build=$(dirname "$(dirname "$1")")
golden=$(cd "$(dirname "$0")/golden" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake --install "$build" --prefix "$scratch/installed" >/dev/null
mv "$scratch/installed" "$scratch/moved"
cd /

version=$("$scratch/moved/bin/attention-lab" --version)
[ "$version" = "$("$1" --version)" ] || { echo "--version printed: $version"; exit 1; }
for file in attention-lab/assets/attention-lab.svg attention-lab/assets/eight-ways.json attention-lab/shaders/softmax.comp applications/attention-lab.desktop doc/attention-lab/LICENSE; do
  [ -s "$scratch/moved/share/$file" ] || { echo "share/$file was not installed"; exit 1; }
done
"$scratch/moved/bin/attention-lab" tasks | grep -q fashion-mnist || { echo "the moved program lists no tasks"; exit 1; }
"$scratch/moved/bin/attention-lab" verify --device gl "$golden/gelu.safetensors" | grep -q "^1 of 1 cases passed" ||
  { echo "the moved program does not find its shaders"; exit 1; }
