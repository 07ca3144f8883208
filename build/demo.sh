#!/usr/bin/env bash
# Shows RerunSafe at work on two twins of one pipeline. Exit code 0 only when the leaky one is caught in exactly the expected
# ways, by the compiler and by its rerun tests, and the safe one passes everything.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
samples=$root/samples
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
if ! command -v dotnet >/dev/null; then
  echo "demo.sh: the .NET 10 SDK is needed (dotnet is not on PATH)" >&2
  exit 1
fi

cd "$root" # so that global.json picks the SDK
started=$SECONDS
work=$(mktemp -d)
version=0.0.0-demo.$(date +%s).$$ # new each time: no cache can serve an older build
cache=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //; s:/*$::')
jobs_started=()
clean_up() {
  for job in "${jobs_started[@]}"; do
    kill -- -"$job" 2>/dev/null && wait "$job" 2>/dev/null
  done
  rm -rf "$work"
  [ -n "$cache" ] && rm -rf "$cache"/rerunsafe.*/"$version"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

problems=()
heading() { printf '\n== %s\n' "$*"; }
broken() { # an expectation does not hold: MESSAGE [FILE to show]
  problems+=("$1")
  printf 'NOT AS EXPECTED: %s\n' "$1"
  [ $# -lt 2 ] || sed 's/^/  | /' "$2"
}
same() { # EXPECTED_FILE ACTUAL_FILE WHAT
  if ! diff <(grep -v '^#' "$1" | sort) <(sort "$2") >"$work/difference"; then
    broken "$3 differ from ${1#"$root"/} (< expected, > found)" "$work/difference"
    return 1
  fi
}
# dotnet COMMAND PROJECT NAME MODE …: each build has its own output, outside of the repository.
run_dotnet() {
  dotnet "$1" "$samples/$2" -nologo -m:1 -v quiet --artifacts-path "$work/$3" \
    "-p:RerunSafeFeed=$work/feed" "-p:RerunSafeVersion=$version" "-p:RerunSafeMode=$4" "${@:5}" </dev/null >"$work/$3.log" 2>&1
  echo $? >"$work/$3.exit"
}
outcomes() { # TRX: "outcome test", one per line
  grep -o '<UnitTestResult [^>]*' "$1" 2>/dev/null | sed 's/.* testName="\([^"]*\)".* outcome="\([^"]*\)".*/\2 \1/'
}
messages() { # TRX: what the failed tests said
  awk '/<Message>/ { told = 1 } told { print } /<\/Message>/ { told = 0 }' "$1" | sed 's/<[^>]*>//g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#xD;//g; s/&amp;/\&/g'
}

heading "Packing RerunSafe $version into a feed of its own"
if ! "$root/build/pack.sh" "$work/feed" "$version"; then
  echo "demo.sh: FAILED: the packages could not be packed" >&2
  exit 1
fi

# The twins need nothing of each other; the output is shown in order. Each is a process group, so that an interrupt ends all of it.
set -m
run_dotnet test Earthquakes.Safe.Tests safe All --logger 'trx;LogFileName=tests.trx' --results-directory "$work/safe.results" &
safe=$!
{
  run_dotnet build Earthquakes.Leaky leaky Strict
  run_dotnet test Earthquakes.Leaky.Tests leaky-tests None --logger 'trx;LogFileName=tests.trx' --results-directory "$work/leaky.results"
} &
leaky=$!
jobs_started=("$safe" "$leaky")
set +m

heading "samples/Earthquakes.Leaky with RerunSafeMode=Strict: does not build"
while [ ! -s "$work/leaky.exit" ] && kill -0 "$leaky" 2>/dev/null; do sleep 0.2; done
grep -E '(error|warning) [A-Z]+[0-9]+:|: error ' "$work/leaky.log" | sed -E "s| \[[^]]*\]\$||; s| \(https?://[^)]*\)\$||; s|^$root/||" | sort -u -t: -k1,1V -k2 >"$work/findings"
cat "$work/findings"
sed -nE 's|^samples/Earthquakes\.Leaky/(.*)\(([0-9]+),[0-9]+\): error (RERUN[0-9]+):.*|\3 \1:\2|p' "$work/findings" >"$work/found"
if [ "$(cat "$work/leaky.exit" 2>/dev/null)" = 0 ]; then
  broken "samples/Earthquakes.Leaky was built although it is leaky"
fi
if grep -vE '\([0-9]+,[0-9]+\): error RERUN[0-9]+:' "$work/findings" >"$work/others"; then
  broken "the build of samples/Earthquakes.Leaky failed for reasons of its own" "$work/others"
fi
same "$samples/Earthquakes.Leaky/expected-findings.txt" "$work/found" "the violations" && echo "=> the $(grep -c . "$work/found") expected violations, and no other"

heading "samples/Earthquakes.Leaky with RerunSafeMode=None: builds, and its rerun tests tell what will go wrong"
wait "$leaky"
outcomes "$work/leaky.results/tests.trx" >"$work/leaky.outcomes"
if [ ! -s "$work/leaky.outcomes" ]; then
  broken "no test of samples/Earthquakes.Leaky.Tests ran" "$work/leaky-tests.log"
fi
: >"$work/verdicts"
while read -r outcome test; do
  [ "$outcome" != Passed ] || continue
  report=$(find "$work/leaky-tests/bin/Earthquakes.Leaky.Tests" -name "*.$test.rerun-report.txt" | head -n 1)
  printf '\n-- %s\n' "$test"
  if [ -n "$report" ]; then
    sed '1s/^\xEF\xBB\xBF//' "$report"
    echo
    echo "$test: $(sed -nE 's/^[0-9]+\. ([A-Za-z]+): .*/\1/p' "$report" | sort -u | tr '\n' ' ' | sed 's/ $//')" >>"$work/verdicts"
  else
    grep -A 12 "testName=\"$test\"" "$work/leaky.results/tests.trx" >"$work/one"
    messages "$work/one"
    echo "$test: $outcome without a rerun report" >>"$work/verdicts"
  fi
done < <(sort -k2 "$work/leaky.outcomes")
echo
same "$samples/Earthquakes.Leaky.Tests/expected-failures.txt" "$work/verdicts" "the failing tests and their verdicts" \
  && echo "=> the $(grep -c . "$work/verdicts") expected tests fail with the expected verdicts; the $(grep -c ^Passed "$work/leaky.outcomes") ordinary one that never runs anything twice passes"

heading "samples/Earthquakes.Safe with RerunSafeMode=All and warnings as errors: builds, and passes the same tests"
wait "$safe"
outcomes "$work/safe.results/tests.trx" | sort -k2 >"$work/safe.outcomes"
cat "$work/safe.outcomes"
if [ "$(cat "$work/safe.exit" 2>/dev/null)" != 0 ] || ! grep -q ^Passed "$work/safe.outcomes" || grep -qv ^Passed "$work/safe.outcomes"; then
  messages "$work/safe.results/tests.trx" >>"$work/safe.log"
  broken "samples/Earthquakes.Safe does not pass" "$work/safe.log"
elif comm -23 <(sed 's/^[A-Za-z]* //' "$work/leaky.outcomes" | sort) <(sed 's/^[A-Za-z]* //' "$work/safe.outcomes" | sort) | grep . >"$work/difference"; then
  broken "the safe twin was not given these tests of the leaky one" "$work/difference"
else
  echo "=> green"
fi

heading "Result ($((SECONDS - started)) s)"
if [ ${#problems[@]} -gt 0 ]; then
  printf 'demo.sh: FAILED: %s\n' "${problems[@]}" >&2
  exit 1
fi
echo "The leaky pipeline was caught in exactly the expected ways, and the safe one passes."
