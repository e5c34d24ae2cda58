#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Each public header and each of regs/ compiles alone, freestanding, with no
# warning: as C11 by gcc and clang, as C++17, and for aarch64.
set -u
failures=0
for header in include/vgic/*.h regs/*.h; do
	for compiler in 'gcc -x c -std=c11' 'clang -x c -std=c11' \
		'g++ -x c++ -std=c++17' 'clang++ -x c++ -std=c++17' \
		'aarch64-linux-gnu-gcc -x c -std=c11'; do
		# Twice, which a guard has to bear; the declaration is there
		# because ISO C wants one.
		printf '#include "%s"\n#include "%s"\nextern int x;\n' \
			"$header" "$header" |
			$compiler -ffreestanding -pedantic -Wall -Wextra \
				-Werror -fsyntax-only -I include -I . - || {
			echo "FAIL $compiler $header"
			failures=$((failures + 1))
		}
	done
done
[ $failures = 0 ] || exit 1
echo "every header compiles alone"
