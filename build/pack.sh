#!/usr/bin/env bash
# Packs every package into a folder: build/pack.sh FEED_DIR [VERSION]
set -euo pipefail
if [ $# -lt 1 ]; then
  echo "usage: build/pack.sh FEED_DIR [VERSION]" >&2
  exit 2
fi
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$1"
feed=$(cd "$1" && pwd)
version=${2:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Packed aside first, so that the feed never holds half a set.
for project in analyzers/RerunSafe.Annotations analyzers/RerunSafe.Analyzers.CodeFixes testkit/RerunSafe.TestKit testkit/RerunSafe.TestKit.NUnit testkit/RerunSafe.TestKit.PostgreSql testkit/RerunSafe.TestKit.DuckDb; do
  if ! dotnet pack "$root/$project" -c Release -o "$work/packages" -nologo -v quiet ${version:+-p:PackageVersion=$version} >"$work/log" 2>&1; then
    cat "$work/log" >&2
    echo "pack.sh: $project could not be packed" >&2
    exit 1
  fi
done
mv -f "$work"/packages/*.nupkg "$feed/"
ls "$feed" | grep '\.nupkg$'
