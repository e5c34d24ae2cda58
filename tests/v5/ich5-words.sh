#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# What src/cpuif/ich5.c and ich.c make of their registers, built for aarch64:
# each MSR and MRS against the words in the architecture's tables.
# Usage: ich5-words.sh
set -eu
for tool in aarch64-linux-gnu-gcc aarch64-linux-gnu-objdump; do
	command -v $tool >/dev/null || {
		echo "no $tool: skipped"
		exit 77
	}
done
root=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# Word of the MSR with Rt = x0, and which accesses there have to be.
cat >"$dir/ich5.list" <<'END'
d51ccb80 w  ICH_VCTLR_EL2
d518ca40 r  ICC_IDR0_EL1
d51cc980 w  ICH_HFGRTR_EL2
d51cc9c0 w  ICH_HFGWTR_EL2
d51cc9e0 w  ICH_HFGITR_EL2
d51ccbe0 rw ICH_VMCR_EL2
d51cc880 rw ICH_APR_EL2
d51ccbc0 rw ICH_CONTEXTR_EL2
d518ca80 rw ICC_ICSR_EL1
d51cca00 w  ICH_PPI_DVIR0_EL2
d51cca20 w  ICH_PPI_DVIR1_EL2
d51cca40 rw ICH_PPI_ENABLER0_EL2
d51cca60 rw ICH_PPI_ENABLER1_EL2
d51cca80 rw ICH_PPI_PENDR0_EL2
d51ccaa0 rw ICH_PPI_PENDR1_EL2
d51ccac0 rw ICH_PPI_ACTIVER0_EL2
d51ccae0 rw ICH_PPI_ACTIVER1_EL2
d51cce00 rw ICH_PPI_PRIORITYR0_EL2
d51cce20 rw ICH_PPI_PRIORITYR1_EL2
d51cce40 rw ICH_PPI_PRIORITYR2_EL2
d51cce60 rw ICH_PPI_PRIORITYR3_EL2
d51cce80 rw ICH_PPI_PRIORITYR4_EL2
d51ccea0 rw ICH_PPI_PRIORITYR5_EL2
d51ccec0 rw ICH_PPI_PRIORITYR6_EL2
d51ccee0 rw ICH_PPI_PRIORITYR7_EL2
d51ccf00 rw ICH_PPI_PRIORITYR8_EL2
d51ccf20 rw ICH_PPI_PRIORITYR9_EL2
d51ccf40 rw ICH_PPI_PRIORITYR10_EL2
d51ccf60 rw ICH_PPI_PRIORITYR11_EL2
d51ccf80 rw ICH_PPI_PRIORITYR12_EL2
d51ccfa0 rw ICH_PPI_PRIORITYR13_EL2
d51ccfc0 rw ICH_PPI_PRIORITYR14_EL2
d51ccfe0 rw ICH_PPI_PRIORITYR15_EL2
END
cat >"$dir/ich.list" <<'END'
d51cc800 rw ICH_AP0R0_EL2
d51cc820 rw ICH_AP0R1_EL2
d51cc840 rw ICH_AP0R2_EL2
d51cc860 rw ICH_AP0R3_EL2
d51cc900 rw ICH_AP1R0_EL2
d51cc920 rw ICH_AP1R1_EL2
d51cc940 rw ICH_AP1R2_EL2
d51cc960 rw ICH_AP1R3_EL2
d51ccb00 rw ICH_HCR_EL2
d51ccb20 r  ICH_VTR_EL2
d51ccbe0 rw ICH_VMCR_EL2
d51ccc00 rw ICH_LR0_EL2
d51ccc20 rw ICH_LR1_EL2
d51ccc40 rw ICH_LR2_EL2
d51ccc60 rw ICH_LR3_EL2
d51ccc80 rw ICH_LR4_EL2
d51ccca0 rw ICH_LR5_EL2
d51cccc0 rw ICH_LR6_EL2
d51ccce0 rw ICH_LR7_EL2
d51ccd00 rw ICH_LR8_EL2
d51ccd20 rw ICH_LR9_EL2
d51ccd40 rw ICH_LR10_EL2
d51ccd60 rw ICH_LR11_EL2
d51ccd80 rw ICH_LR12_EL2
d51ccda0 rw ICH_LR13_EL2
d51ccdc0 rw ICH_LR14_EL2
d51ccde0 rw ICH_LR15_EL2
d5180000 r MIDR_EL1
END

# words_wanted LIST
words_wanted()
{
	while read -r word forms _; do
		case $forms in
		*w*) echo "$word" ;;
		esac
		# MRS is MSR with L, bit 21, set.
		case $forms in
		*r*) printf '%08x\n' $((0x$word | 0x200000)) ;;
		esac
	done <"$1" | sort
}

# words_of OBJECT: as if Rt were x0
words_of()
{
	aarch64-linux-gnu-objdump -d "$1" |
		awk '$2 ~ /^d5[13][0-9a-f]*$/ { print $2 }' |
		while read -r word; do
			printf '%08x\n' $((0x$word & ~0x1f))
		done | sort -u
}

for name in ich5 ich; do
	words_wanted "$dir/$name.list" >"$dir/expected"
	for optimise in -O0 -O2; do
		aarch64-linux-gnu-gcc $optimise -std=c11 -ffreestanding \
			-Wall -Werror -I"$root/include" -I"$root/src" \
			-I"$root" -c "$root/src/cpuif/$name.c" \
			-o "$dir/$name.o"
		words_of "$dir/$name.o" >"$dir/found"
		diff -u "$dir/expected" "$dir/found" || {
			echo "FAIL: unexpected or missing words in" \
				"$name.c at $optimise"
			exit 1
		}
	done
	echo "$name.c: $(wc -l <"$dir/expected") words as in the manual"
done
