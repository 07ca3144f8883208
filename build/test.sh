#!/usr/bin/env bash
# Restores, builds and runs all tests; ends with "N passed, N failed". A skipped test counts as failed:
# nothing may look tested that was not.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
if ! command -v dotnet >/dev/null; then
  echo "test.sh: the .NET 10 SDK is needed (dotnet is not on PATH)" >&2
  exit 1
fi
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

dotnet test Toolkit.sln -c Release --logger trx --results-directory "$results" "$@"
status=$?

passed=0 failed=0 skipped=0
while IFS= read -r -d '' file; do
  counters=$(grep -o '<Counters [^>]*>' "$file" | head -n 1)
  count() { printf '%s' "$counters" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*'; }
  total=$(count total) executed=$(count executed) ok=$(count passed)
  passed=$((passed + ${ok:-0}))
  failed=$((failed + ${executed:-0} - ${ok:-0}))
  skipped=$((skipped + ${total:-0} - ${executed:-0}))
done < <(find "$results" -name '*.trx' -print0)

if [ "$skipped" -gt 0 ]; then
  echo "test.sh: $skipped test(s) were skipped; they count as failed" >&2
fi
failed=$((failed + skipped))
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
  echo "test.sh: dotnet test failed outside of a test (a build error or a crashed test host); see above" >&2
  failed=1
fi
if [ "$passed" -eq 0 ] && [ "$failed" -eq 0 ]; then
  echo "test.sh: no test ran" >&2
  failed=1
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
