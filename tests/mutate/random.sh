# SPDX-License-Identifier: BSD-2-Clause
#
# Break the library in as many random ways as asked for, and see that the
# tests notice each, or that tests/mutate/explained says why nothing could.
# Sourced by mutate.sh, which has made the first tree and its build.
#
# A broken library may do anything: loop, write without end, take all memory.
# Limits are of CPU time, so that they mean the same on a busy machine.
# shellcheck disable=SC2154 # root, work, seed... are mutate.sh's

# Variables that a broken line leaves without a value have the same one in
# each run; what is only a warning elsewhere does not count as C.  The library
# is a shared one, so that no test is linked again for a mutant.
make_random_tree() {
	make_tree "$1" -DCMAKE_BUILD_TYPE=None -DVGIC_WERROR=OFF \
		-DVGIC_LIBRARY=SHARED -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
		-DCMAKE_LINK_DEPENDS_NO_SHARED=ON \
		-DCMAKE_C_FLAGS="-O1 -fno-semantic-interposition \
-ftrivial-auto-var-init=pattern -Werror=int-conversion \
-Werror=incompatible-pointer-types -Werror=implicit-function-declaration \
-Werror=overflow"
}

. "$here/tests.sh"
mutant=$build/tests/mutate/vgic-mutant
results=$work/results
mkdir "$results"
make_random_tree 1
# From here on that one counts, whatever is edited meanwhile.
cp -R "$tree" "$work/tree0"
root=$work/tree0
explained=$root/tests/mutate/explained
ninja -C "$build" vgic-mutant >"$work/ninja.log" 2>&1 || {
	cat "$work/ninja.log"
	exit 1
}

# The build's programs, and the tests that there are for a file, each once.
programs=$(ninja -C "$build" -t targets all |
	sed -n 's,^\(tests/[^:]*\): C_EXECUTABLE_LINKER.*,\1,p')

# target_of COMMAND: the word of it that Ninja builds
target_of() {
	for word in $1; do
		echo "$programs" | grep -qx "$word" && echo "$word" && return
	done
}

# run_one BUILD COMMAND
run_one() {
	cd "$1" || exit
	ulimit -t 30
	ulimit -f 200000
	ulimit -v 4000000
	# shellcheck disable=SC2086 # a command and its words
	exec timeout 300 $2 >"$1.log" 2>&1 </dev/null
}

# run_group BUILD: what is in the list, all built before
run_group() {
	targets=$(while read -r command; do
		target_of "$command"
	done <"$1.group" | sort -u)
	# shellcheck disable=SC2086 # a list of words
	ninja -C "$1" $targets >"$1.log" 2>&1 || {
		echo "does not compile"
		return
	}
	while read -r command; do
		target=$(target_of "$command")
		[ -n "$target" ] || continue
		echo "$target" >>"$1.ran"
		(run_one "$1" "$command") || {
			echo "killed by $(basename "$target")"
			return
		}
	done <"$1.group"
}

# Copies of what is compiled from the files that nobody has broken.
keep_libraries() {
	# shellcheck disable=SC2086 # a list of words
	ninja -C "$1" $libraries >"$1.log" 2>&1 || {
		cat "$1.log"
		exit 1
	}
	for library in $libraries; do
		mkdir -p "$1.good/$(dirname "$library")"
		cp "$1/$library" "$1.good/$library"
	done
}

is_same() {
	for library in $libraries; do
		cmp -s "$1/$library" "$1.good/$library" || return 1
	done
}

# judge BUILD FILE: what becomes of a mutant, in a few words.
judge() {
	# shellcheck disable=SC2086 # a list of words
	ninja -C "$1" $libraries >"$1.log" 2>&1 || {
		echo "does not compile"
		return
	}
	is_same "$1" && echo "compiles to the same" && return
	run_all "$1" "$2"
}

# run_all BUILD FILE
run_all() {
	: >"$1.ran"
	tests_for "$2" | awk '$0 == "" || !seen[$0]++' >"$1.tests"
	group=1
	while awk -v g=$group 'BEGIN { RS = "" } NR == g { print; f = 1 }
			END { exit !f }' "$1.tests" >"$1.group"; do
		verdict=$(run_group "$1")
		[ -z "$verdict" ] || {
			echo "$verdict"
			return
		}
		group=$((group + 1))
	done
	echo survived
}

# The reason for which a mutant need not be noticed, if the list has one.
explain() {
	[ -e "$explained" ] || return 0
	name=$(head -n 3 "$1") awk 'BEGIN { RS = "" }
		index($0, ENVIRON["name"] "\n") == 1 {
			print substr($0, length(ENVIRON["name"]) + 2)
		}' "$explained"
}

counted() {
	cat "$results"/*.verdict 2>/dev/null | grep -vc compile
}

# try TREE BUILD N: the Nth mutant, its name and its verdict
try() {
	"$mutant" break "$root" "$path" "$seed" "$3" "$1" \
		>"$results/$3.name" || return 1
	file=$(sed -n '1s/ .*//p' "$results/$3.name")
	verdict=$(judge "$2" "$file")
	[ "$verdict" != survived ] ||
		[ -z "$(explain "$results/$3.name")" ] || verdict=explained
	cp "$root/$file" "$1/$file"
	echo "$verdict" >"$results/$3.part"
	mv "$results/$3.part" "$results/$3.verdict"
	case $verdict in
	*compile*) ;;
	*)
		printf '[%3d/%d] %s: %s, %s\n' "$(counted)" "$random" \
			"$(sed -n 1p "$results/$3.name")" \
			"$(sed -n 4p "$results/$3.name")" "$verdict"
		;;
	esac
}

# worker NUMBER: tries what no other one has taken.
worker() {
	keep_libraries "$work/build$1/host"
	n=0
	while [ "$(counted)" -lt "$random" ] && [ ! -e "$results/last" ]; do
		if mkdir "$results/$n.taken" 2>/dev/null; then
			try "$work/tree$1" "$work/build$1/host" $n || {
				rm -f "$results/$n.name"
				: >"$results/last"
			}
		fi
		n=$((n + 1))
	done
}

# The first $random that compile, in the order in which they were drawn.
report() {
	killed=0
	survived=0
	known=0
	: >"$work/killers"
	for n in $(ls "$results" | sed -n 's/\.verdict$//p' | sort -n); do
		verdict=$(cat "$results/$n.verdict")
		[ $((killed + survived + known)) -lt "$random" ] || break
		case $verdict in
		killed*)
			killed=$((killed + 1))
			echo "${verdict#killed by }" >>"$work/killers"
			;;
		explained) known=$((known + 1)) ;;
		survived)
			survived=$((survived + 1))
			echo
			echo "SURVIVED (draw $n):"
			head -n 3 "$results/$n.name"
			;;
		esac
	done
	echo
	sort "$work/killers" | uniq -c | sort -rn |
		sed 's/^ *\([0-9]*\) /\1 killed by /'
	echo "$((killed + survived + known)) drawn with seed $seed:" \
		"$killed killed, $((survived + known)) survived" \
		"(explained $known)"
}

"$mutant" stale "$root" src "$explained" >"$work/stale" || {
	echo "explained, but there is no such mutant any more:"
	cat "$work/stale"
	exit 1
}
echo "trying the tests on what is not broken"
keep_libraries "$build"
verdict=$(run_all "$build" src)
[ "$verdict" = survived ] && [ -s "$build.ran" ] || {
	echo "without a mutation: $verdict"
	tail -n 40 "$build.log"
	exit 1
}
pids=
for job in $(seq "$jobs"); do
	[ "$job" = 1 ] || make_random_tree "$job"
	worker "$job" &
	pids="$pids $!"
done
# shellcheck disable=SC2086 # a list of words
wait $pids
report
[ $survived = 0 ] && [ $((killed + known)) -gt 0 ]
