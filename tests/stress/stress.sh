#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# stress.sh PROGRAM ARG...: the program as it is, or with ThreadSanitizer, the
# first report of which ends it.  ThreadSanitizer of gcc 12 does not start
# where addresses have more random bits than it expects; so there are none.
set -u
TSAN_OPTIONS=halt_on_error=1
export TSAN_OPTIONS
machine=$(uname -m)
setarch "$machine" -R true 2>/dev/null && exec setarch "$machine" -R "$@"
exec "$@"
