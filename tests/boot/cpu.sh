#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The CPUs of the machine below are what guest/cpu expects: PSCI, hidden
# features, debug, timers, and registers that survive taking turns.
# Usage: cpu.sh VGIC-CLI CPU.BIN VCPUS CPUS MODEL [OPTION...]
set -u
cli=$1
guest=$2
vcpus=$3
cpus=$4
model=$5
shift 5
out=$("$cli" run --batch --kernel "$guest" --vcpus "$vcpus" --cpus "$cpus" \
	--cpu "$model" --timeout 60 "$@" 2>&1)
status=$?
echo "$out"
[ $status = 0 ] && echo "$out" | grep -q '^cpu: PASS'
