#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The CPUs of the machine below are what guest/cpu expects: PSCI, hidden
# features, debug, timers, and registers that survive taking turns.
# Usage: cpu.sh VGIC-CLI CPU.BIN VCPUS CPUS MODEL
set -u
out=$("$1" run --batch --kernel "$2" --vcpus "$3" --cpus "$4" --cpu "$5" \
	--timeout 60 2>&1)
status=$?
echo "$out"
[ $status = 0 ] && echo "$out" | grep -q '^cpu: PASS'
