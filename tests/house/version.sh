#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# One version: CMake's, the header's, the one that the library says, that of the
# newest entry of the changelog, of Debian's and of Rust's crates; and every
# symbol of a shared library has the version VGIC_MAJOR.MINOR.
# Usage: version.sh BUILD-DIR
set -u
build=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
bad=0

# is WHAT VALUE
is()
{
	[ "$2" = "$version" ] || {
		echo "FAIL $1 says '$2', CMakeLists.txt $version"
		bad=1
	}
}

version=$(./vgic --version | sed 's/^vgic //')
cat >"$dir/version.c" <<'END'
#include <stdio.h>
#include <vgic/vgic.h>

int main(void)
{
#if VGIC_VERSION < VGIC_VERSION_OF(0, 1, 0) || \
	VGIC_VERSION >= VGIC_VERSION_OF(VGIC_VERSION_MAJOR + 1, 0, 0)
#error order
#endif
	return printf("%d.%d.%d %d.%d.%d %s %s\n", VGIC_VERSION_MAJOR,
		      VGIC_VERSION_MINOR, VGIC_VERSION_PATCH,
		      VGIC_VERSION / 1000000, VGIC_VERSION / 1000 % 1000,
		      VGIC_VERSION % 1000, VGIC_VERSION_STRING,
		      vgic_version()) < 0;
}
END
cc -std=c11 -Wall -Wextra -Werror -Iinclude -o "$dir/version" \
	"$dir/version.c" "$build/src/libvgic.a" || exit 1
"$dir/version" >"$dir/said"
read -r macros number text linked <"$dir/said"
is VGIC_VERSION_MAJOR... "$macros"
is VGIC_VERSION "$number"
is VGIC_VERSION_STRING "$text"
is 'vgic_version()' "$linked"
is CHANGELOG.md "$(sed -n 's/^## \([0-9.]*\).*/\1/p' CHANGELOG.md | head -n 1)"
is debian/changelog "$(sed -n '1s/^vgic (\(.*\)).*/\1/p' debian/changelog)"
for crate in bindings/rust/*/Cargo.toml; do
	is "$crate" "$(sed -n 's/^version = "\(.*\)"/\1/p' "$crate")"
done

for name in src/vgic soft/vgic_soft describe/vgic_describe emu/vgic_emu \
	kvm/vgic_kvm; do
	library=$build/${name%/*}/lib${name#*/}.so
	nm -D --defined-only --with-symbol-versions "$library" |
		awk -v want="@@VGIC_${version%.*}" '$2 != "A" {
			n++
			if (substr($3, index($3, "@")) != want) {
				print $3
				bad = 1
			}
		}
		END { exit bad || !n }' || {
		echo "FAIL $library: these are not of VGIC_${version%.*}"
		bad=1
	}
done
[ $bad = 0 ] || exit 1
echo "all say $version"
