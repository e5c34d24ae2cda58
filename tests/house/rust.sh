#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# bindings/rust, by Debian's cargo and without a network: the declarations of
# vgic-sys are those of the headers, sources are as rustfmt writes them, there
# are no warnings, the tests pass, and the example says what examples/emulator.c
# says.  bindgen's version 0.60 decides, Debian 12's: others write
# the same declarations in other words.  Usage: rust.sh BUILD-DIR
set -u
build=$(cd "$1" && pwd -P)
root=$(pwd -P)
PATH=/usr/bin:/bin:$PATH
for tool in cargo rustdoc rustfmt bindgen; do
	command -v $tool >/dev/null || {
		echo "no $tool here: ./vgic test --full installs it"
		exit 1
	}
done
# A library that looks for broken rules: safe code cannot break one.
made=$build/rust/contract
VGIC_LIB_DIR=$made/src:$made/soft:$made/emu:$made/describe:$made/kvm
CARGO_TARGET_DIR=$build/rust
CARGO_HOME=$build/rust/home
export PATH VGIC_LIB_DIR CARGO_TARGET_DIR CARGO_HOME
RUSTFLAGS='-D warnings'
RUSTDOCFLAGS='-D warnings'
export RUSTFLAGS RUSTDOCFLAGS
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0
# must WHAT COMMAND...: its output is shown if it fails
must()
{
	what=$1
	shift
	"$@" >"$dir/log" 2>&1 || {
		cat "$dir/log"
		echo "FAIL $what"
		failures=1
	}
}

mkdir -p "$build/rust"
# Afresh: the project may have moved since.
must "cmake" cmake --fresh --preset lib -B "$made" -DVGIC_CONTRACT=ON \
	-DVGIC_SHARED=OFF
must "the library" cmake --build "$made" --parallel "$(nproc)"
sys=bindings/rust/vgic-sys
bindings/rust/generate >"$dir/bindings.rs" || exit 1
version=$(sed -n '1s/.*bindgen \([0-9]*\.[0-9]*\).*/\1/p' "$dir/bindings.rs")
if [ "$version" = 0.60 ]; then
	diff "$sys/src/bindings.rs" "$dir/bindings.rs" || {
		echo "FAIL the headers have changed: bindings/rust/generate" \
			"--renew, and see what that asks of the crate vgic"
		failures=1
	}
fi
cd bindings/rust || exit 1
# shellcheck disable=SC2046 # one word per file
must "rustfmt: cargo fmt mends it" \
	rustfmt --edition 2021 --check $(find . -name '*.rs')
# What it leaves alone is held to its limit, too.
# shellcheck disable=SC2046 # one word per file
awk 'length > 80 { print FILENAME ":" FNR ": longer than 80"; bad = 1 }
	END { exit bad }' $(find . -name '*.rs' ! -name bindings.rs) ||
	failures=1
must "cargo test" cargo test --offline --locked --workspace
grep '^test result' "$dir/log"
must "without std" cargo build --offline --locked -p vgic \
	--no-default-features
must "cargo doc" cargo doc --offline --locked --workspace --no-deps
must "the example" cargo run --quiet --offline --locked -p vgic \
	--example emulator
cc -std=c11 -I"$root/include" -o "$dir/emulator" "$root/examples/emulator.c" \
	"$made/emu/libvgic_emu.a" "$made/soft/libvgic_soft.a" \
	"$made/src/libvgic.a" -pthread || exit 1
"$dir/emulator" | diff - "$dir/log" || {
	echo "FAIL the example says something else than examples/emulator.c"
	failures=1
}
[ $failures = 0 ] || exit 1
[ "$version" = 0.60 ] || {
	echo "skipped: bindgen here is $version, the declarations are" \
		"version 0.60's, and were not compared"
	exit 77
}
echo "the declarations are those of the headers"
