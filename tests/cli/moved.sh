#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# A project that was moved with its builds: the program finds the files of the
# place where it is, and ./vgic configures again what CMake knows by the old
# place, and nothing else.  Usage: moved.sh VGIC-CLI
set -u
cli=$(realpath "$1")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
here=$(realpath "$dir")/here
failures=0

# expect PATTERN COMMAND...: it fails with one line, which has PATTERN
expect()
{
	pattern=$1
	shift
	"$@" >"$dir/out" 2>&1 && echo "it did not fail" >>"$dir/out"
	if [ "$(wc -l <"$dir/out")" != 1 ] || ! grep -q "$pattern" "$dir/out"
	then
		failures=$((failures + 1))
		echo "FAIL $*: not '$pattern':"
		cat "$dir/out"
	fi
}

mkdir -p "$here/cli/help" "$here/build/host/cli" "$here/.vgic/arm64" \
	"$dir/bin"
cp cli/help/run.txt "$here/cli/help/"
cp cli/options.awk "$here/cli/"
cp "$cli" "$here/build/host/cli/vgic-cli"
cp "$cli" "$dir/alone"
printf '#!/bin/sh\necho QEMU emulator version 9.0.0\n' >"$dir/qemu"
chmod +x "$dir/qemu"
expect "kernel $here/build/el2/guest/demo.bin: No such file" \
	"$here/build/host/cli/vgic-cli" run --guest demo --qemu "$dir/qemu"
expect 'no cli/help/run.txt in a folder above' \
	"$dir/alone" run --guest demo --qemu "$dir/qemu"
strings -d "$cli" | grep -F "$PWD" && failures=$((failures + 1))

# A CMake that tells what it was asked to configure.
cat >"$dir/bin/cmake" <<END
#!/bin/sh
case "\$*" in
*--preset*) echo "\$*" >>"$dir/configured" ;;
esac
END
printf '#!/bin/sh\necho "ran: $*"\n' >"$here/build/host/cli/vgic-cli"
chmod +x "$dir/bin/cmake"
cp vgic "$here/"
mkdir "$here/build/el2"
: >"$here/build/host/build.ninja"
: >"$here/build/el2/build.ninja"
echo "CMAKE_HOME_DIRECTORY:INTERNAL=$here" >"$here/build/el2/CMakeCache.txt"
echo "CMAKE_HOME_DIRECTORY:INTERNAL=/there" >"$here/build/host/CMakeCache.txt"
PATH=$dir/bin:$PATH VGIC_STORE='' "$here/vgic" run --qemu none \
	>"$dir/out" 2>&1 || cat "$dir/out"
grep -q -- '--fresh --preset host' \
	"$dir/configured" && [ "$(wc -l <"$dir/configured")" = 1 ] || {
	failures=$((failures + 1))
	echo "FAIL configured: $(cat "$dir/configured")"
}

[ $failures = 0 ] || exit 1
echo "a moved project works"
