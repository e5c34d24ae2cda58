#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Build a libFuzzer target and let it run.  What it finds new stays in a
# scratch directory; what breaks is printed, to be put into the corpus.
# fuzz.sh BUILD-DIR TARGET CORPUS SECONDS
set -u
build=$1 target=$2 corpus=$3 seconds=$4
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n);
int LLVMFuzzerTestOneInput(const char *d, unsigned long n)
{ return d && n ? 0 : 0; }' >"$dir/try.c"
clang -fsanitize=fuzzer "$dir/try.c" -o "$dir/try" 2>/dev/null || {
	echo "clang has no libFuzzer here"
	exit 77
}
cmake --build "$build" --target "$target" >"$dir/log" 2>&1 || {
	cat "$dir/log"
	exit 1
}
mkdir "$dir/new"
"$build/tests/fuzz/$target" -max_total_time="$seconds" -timeout=20 \
	-rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$dir/" \
	"$dir/new" "$corpus" >"$dir/out" 2>&1
status=$?
grep -E '^stat::(number_of_executed_units|new_units)|^#.*DONE' "$dir/out"
[ $status = 0 ] && exit 0
tail -n 60 "$dir/out"
for input in "$dir"/crash-* "$dir"/timeout-* "$dir"/oom-*; do
	[ -e "$input" ] && echo "$(basename "$input"):" && base64 "$input"
done
exit 1
