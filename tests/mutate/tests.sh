# SPDX-License-Identifier: BSD-2-Clause
#
# Which tests could see that a file of the library is broken, the cheapest
# first.  Sourced by random.sh.  Commands run in the build directory, once the
# first word that is a target of Ninja's is built.

# What the library's files are compiled into.
libraries='src/libvgic.so tests/el2/libvgic_el2_model.so'

# The programs of rooms, as they are in the build.
programs_of() {
	for room; do
		echo "$programs" | grep "^tests/$room/.*-test$"
	done
}

# The rooms that a file's own tests are in.
rooms_of() {
	case $1 in
	src/core/*) echo core cpuif mmio v3 field hw ;;
	src/cpuif/ich5.c) echo v5 ;;
	src/cpuif/*) echo cpuif core field hw ;;
	src/mmio/* | src/v3/*) echo mmio v3 field core cpuif hw ;;
	src/v2/*) echo v2 core cpuif ;;
	src/v5/*) echo v5 soft ;;
	src/its/*) echo its field snapshot ;;
	src/snapshot/*) echo snapshot kvm ;;
	src/uaccess/*) echo kvm snapshot ;;
	esac
}

# Others than unit tests: worlds that are compared with the oracle's, demos
# whose words are known, and what fuzzing has found.
other_tests() {
	for cpus in 1 2 4; do
		for kind in 'v2 tests/demo/gic2' 'v3 tests/demo' \
			'v5 tests/demo/gic5'; do
			echo "tests/demo/vgic-model-cell-${kind% *} $cpus" \
				"$root/${kind#* }/expected-$cpus.txt"
		done
		for lrs in 1 4; do
			echo "tests/demo/vgic-model-cell-v3 $cpus" \
				"$root/tests/demo/expected-$cpus.txt $lrs"
			echo "tests/demo/vgic-model-cell-its $cpus" \
				"$root/tests/demo/its/expected-$cpus.txt $lrs"
		done
	done
	for name in attributes snapshot stream; do
		echo "tests/fuzz/fuzz-$name-replay $root/tests/fuzz/corpus/$name"
	done
	for options in '--lrs 1' '--lrs 2' '--lrs 4' '--lrs 16' \
		'--backend soft' '--backend soft-v2' \
		'--backend legacy --lrs 2' '--backend gich --lrs 2' \
		'--lrs 2 --hostile'; do
		echo "tests/diff/vgic-diff --seed 1 --steps 200000 $options"
	done
	for options in model-v5 ich5 soft-v5 'any-v5 --hostile'; do
		echo "tests/diff/vgic-diff --seed 1 --steps 100000" \
			"--backend $options"
	done
	echo "tests/diff/vgic-diff --lrs 1 --exhaustive 4"
	echo tests/interleave/vgic-interleave
}

# tests_for FILE: one command a line, in groups that are built together
tests_for() {
	# shellcheck disable=SC2046 # a list of words
	programs_of $(rooms_of "$1")
	echo
	programs_of '[^/]*' '[^/]*/[^/]*'
	programs_of its v3 v5 field | sed 's/^/env MACHINE_ENTERED=1 /'
	echo
	other_tests | sed 's/$/\n/'
}
