#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The workflow runs what .ci/run runs and nothing else, on the Debian that the
# Containerfile takes; .ci/run is ./vgic test.
set -u
workflow=.github/workflows/test.yml
[ "$(sed -n 's/^ *- run: //p' $workflow)" = .ci/run ] || {
	echo "FAIL $workflow: not .ci/run alone"
	exit 1
}
[ "$(sed -n 's/^ *container: //p' $workflow)" = \
	"$(sed -n 's/^FROM //p' Containerfile)" ] || {
	echo "FAIL $workflow and Containerfile differ in the Debian they take"
	exit 1
}
# shellcheck disable=SC2016 # not ours to expand
grep -qxF 'exec "$(dirname "$0")/../vgic" test "$@"' .ci/run &&
	[ -x .ci/run ] || {
	echo "FAIL .ci/run is not ./vgic test"
	exit 1
}
echo "continuous integration does what anybody does"
