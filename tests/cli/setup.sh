#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# ./vgic on a machine that lacks something: with a PATH of its own, where
# `id` says that we are not root.  One line, a non-zero status, no attempt.
# What is wrong with an option is said before that.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0

# A PATH with everything but the programs named.
path_without()
{
	rm -rf "${dir:?}/bin"
	mkdir "$dir/bin"
	for folder in /usr/local/bin /usr/bin /bin; do
		for program in "$folder"/*; do
			[ -e "$dir/bin/${program##*/}" ] ||
				echo "$program"
		done
	done | xargs ln -sf -t "$dir/bin" 2>/dev/null
	for program in id sudo "$@"; do
		rm -f "$dir/bin/$program"
	done
	printf '#!/bin/sh\necho 1000\n' >"$dir/bin/id"
	chmod +x "$dir/bin/id"
}

# refuse STATUS PATTERN COMMAND...
refuse()
{
	status=$1
	pattern=$2
	shift 2
	PATH=$dir/bin "$@" >"$dir/out" 2>&1 </dev/null
	got=$?
	if [ $got = "$status" ] && [ "$(wc -l <"$dir/out")" = 1 ] &&
		grep -q "^vgic: .*$pattern" "$dir/out"; then
		return
	fi
	failures=$((failures + 1))
	echo "FAIL $*: status $got (not $status), not '$pattern':"
	cat "$dir/out"
}

# Only without a cross compiler its header is missing, too.
cross=
cross42=
[ "$(uname -m)" = aarch64 ] || {
	cross=' libc6-dev-arm64-cross'
	cross42=' sysroot-aarch64-fc42-glibc'
}
path_without aarch64-linux-gnu-gcc
refuse 5 "missing packages: gcc-aarch64-linux-gnu$cross; as root" ./vgic run
refuse 5 "missing packages: gcc-aarch64-linux-gnu$cross; as root" ./vgic test
refuse 5 "missing packages: gcc-aarch64-linux-gnu$cross; as root" ./vgic bench
refuse 2 "unrecognized option '--bogus'; see ./vgic run --help" \
	./vgic run --batch --bogus
refuse 2 "unrecognized option '--bog'; see" ./vgic test --bog=1 --full
refuse 2 "unrecognized option '-x'; see ./vgic setup --help" ./vgic setup -x
refuse 2 "unexpected argument 'now'; see" ./vgic test now
refuse 2 "option '--oracle' takes no argument" ./vgic setup --oracle=11
refuse 2 "option '--kernel' requires an argument: FILE" ./vgic run --kernel
refuse 2 "option '--its' requires an argument: on, off" ./vgic run --its
refuse 2 "gic v9: expected v2, v3, v5" ./vgic bench --json --gic v9
refuse 2 "gic 3|v5: expected v2, v3, v5" ./vgic matrix '--gic=3|v5'
refuse 2 "vcpus 4x: expected a number" ./vgic run --vcpus 4x
refuse 2 "timeout : expected a number" ./vgic run --timeout=
# Values may look like options, or have an = in them.
refuse 5 "missing packages: gcc-aarch64-linux-gnu$cross; as root" \
	./vgic run --append --bogus --stats=a=b --its on --cpus=2 --disk x,ro
path_without qemu-system-aarch64
refuse 5 "missing packages: qemu-system-arm; as root" ./vgic run --batch
path_without cmake apt-get
refuse 5 "missing: cmake apt .no apt-get" ./vgic setup

# Where apt does not install: the distribution's words.
path_without cmake apt-get aarch64-linux-gnu-gcc
VGIC_OS_RELEASE=$dir/os-release
export VGIC_OS_RELEASE
printf 'ID=fedora\nVERSION_ID=42\n' >"$dir/os-release"
refuse 5 "as root: dnf install cmake gcc-aarch64-linux-gnu$cross42 apt\$" \
	./vgic setup
refuse 5 "as root: dnf install cmake gcc-aarch64-linux-gnu" ./vgic run
printf 'ID=manjaro\nID_LIKE="arch"\n' >"$dir/os-release"
refuse 5 "as root: pacman -S cmake aarch64-linux-gnu-gcc" ./vgic setup
printf 'ID=ubuntu\nID_LIKE=debian\n' >"$dir/os-release"
refuse 5 "missing: cmake .* apt .no apt-get" ./vgic setup
printf 'ID=void\n' >"$dir/os-release"
refuse 5 "by Debian's names: cmake gcc-aarch64-linux-gnu" ./vgic test
# One that is there does not help where another system's packages are.
path_without cmake
printf 'ID=arch\n' >"$dir/os-release"
refuse 5 "as root: pacman -S cmake\$" ./vgic setup
path_without cmake clang c++ clang-format clang-tidy
refuse 5 "as root: pacman -S cmake clang gcc\$" ./vgic setup
printf '#!/bin/sh\necho Darwin\n' >"$dir/uname"
rm "$dir/bin/uname"
cp "$dir/uname" "$dir/bin/uname"
chmod +x "$dir/bin/uname"
refuse 5 "this needs Linux; in a container: brew install podman; podman" \
	./vgic run

# Every package has its names.
for package in $(sed -n "/^tools_/,/'$/p" vgic | grep -oE '[^ =]:[a-z0-9+-]+' |
	sed 's/.*://' && sed -n 's/.*(install_packages \(.*\)) ||/\1/p' vgic); do
	[ "$(awk -v package="$package" '$1 == package { print NF }' \
		cli/packages.txt)" = 3 ] || {
		failures=$((failures + 1))
		echo "FAIL cli/packages.txt: $package"
	}
done

[ $failures = 0 ] || exit 1
echo "each lack is told in one line"
