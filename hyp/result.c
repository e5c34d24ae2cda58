/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the record of a run: a JSON text, with a NUL behind it, at the start
 * of flash bank 1.  The command (cli/result.c) reads it from the file behind
 * the flash.  This may run after an EL2 fault, so it takes no lock, and the VM
 * may exist in part.
 */
#include "hyp/result.h"

#include <stddef.h>

#include "hyp/arch.h"
#include "hyp/exec.h"
#include "hyp/exit.h"
#include "hyp/format.h"
#include "hyp/host.h"
#include "hyp/mmu.h"
#include "hyp/options.h"
#include "hyp/run.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"

/* Bytes of the record; what exceeds that is cut off. */
#define RECORD_MAX 4096

/*
 * Commands of the Intel command set (CFI, JESD68.01).  The flash is two chips
 * of 16 bits side by side; each gets the command in its half of the word.
 */
#define FLASH_PROGRAM 0x00400040
#define FLASH_READ_ARRAY 0x00ff00ff

typedef unsigned long long ull;

/* Static, for the stack may be small or broken when this runs. */
static union {
	char text[RECORD_MAX];
	uint32_t words[RECORD_MAX / sizeof(uint32_t)];
} record;

/* Write words to the flash; each is preceded by the command to do so. */
static void program(const uint32_t *words, size_t count)
{
	uint64_t at = host.flash.base;
	size_t i;

	for (i = 0; i < count; i++) {
		mmio_write32(at + i * sizeof(*words), FLASH_PROGRAM);
		mmio_write32(at + i * sizeof(*words), words[i]);
	}
	mmio_write32(at, FLASH_READ_ARRAY);
}

static void add_number(struct format_buffer *out, const char *key,
		       uint64_t value)
{
	format_add(out, ",\n \"%s\": %llu", key, (ull)value);
}

/*
 * The texts are the hypervisor's own, but a word of the command line that it
 * did not understand may be in one; so quotes and controls are escaped.
 */
static void add_text(struct format_buffer *out, const char *key,
		     const char *text)
{
	format_add(out, ",\n \"%s\": \"", key);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\') {
			format_add(out, "\\%c", *text);
		} else if (*text >= ' ' && *text <= '~') {
			format_add(out, "%c", *text);
		} else {
			format_add(out, "?");
		}
	}
	format_add(out, "\"");
}

/* The exits of all vCPUs by cause. */
static void add_exits(struct format_buffer *out)
{
	uint64_t total = 0;
	unsigned int cause, i;

	format_add(out, ",\n \"exits\": {");
	for (cause = 0; cause < NR_EXIT_CAUSES; cause++) {
		uint64_t sum = 0;

		for (i = 0; i < vm.nr_vcpus; i++) {
			sum += vm.vcpus[i].counts.exits[cause];
		}
		total += sum;
		format_add(out, "%s\"%s\": %llu", cause ? ", " : "",
			   exit_names[cause], (ull)sum);
	}
	format_add(out, "}");
	add_number(out, "exits_total", total);
}

/* Add one vCPU's statistics; of lr_peak the largest counts. */
static void add_stats(struct vgic_stats *sum, const struct vgic_stats *one)
{
	unsigned int kind;

	for (kind = 0; kind < VGIC_NR_KINDS; kind++) {
		sum->injected[kind] += one->injected[kind];
		sum->delivered[kind] += one->delivered[kind];
	}
	sum->overflows += one->overflows;
	sum->eoicount += one->eoicount;
	sum->guest_errors += one->guest_errors;
	if (sum->lr_peak < one->lr_peak) {
		sum->lr_peak = one->lr_peak;
	}
}

static void add_kinds(struct format_buffer *out, const char *key,
		      const uint64_t *kinds)
{
	format_add(out,
		   ",\n \"%s\": {\"sgi\": %llu, \"ppi\": %llu, \"spi\": %llu, "
		   "\"lpi\": %llu}",
		   key, (ull)kinds[VGIC_SGI], (ull)kinds[VGIC_PPI],
		   (ull)kinds[VGIC_SPI], (ull)kinds[VGIC_LPI]);
}

/* What exec.c did, for a guest with patched instructions. */
static void add_scan(struct format_buffer *out)
{
	format_add(out,
		   ",\n \"scan\": {\"pages\": %llu, \"words\": %llu, "
		   "\"writes\": %llu, \"steps\": %llu, \"ticks\": %llu}",
		   (ull)atomic_load(&exec_stats.pages),
		   (ull)atomic_load(&exec_stats.words),
		   (ull)atomic_load(&exec_stats.writes),
		   (ull)atomic_load(&exec_stats.steps),
		   (ull)atomic_load(&exec_stats.ticks));
}

static void add_vm(struct format_buffer *out)
{
	struct vgic_stats sum = { 0 }, one;
	uint64_t el2_ticks = 0, aborts = 0;
	uint32_t i;

	for (i = 0; i < vm.nr_vcpus; i++) {
		const struct vcpu *vcpu = &vm.vcpus[i];

		el2_ticks += vcpu->counts.el2_ticks;
		aborts += vcpu->counts.aborts;
		if (vcpu->vgic) {
			vgic_get_stats(vcpu->vgic, &one);
			add_stats(&sum, &one);
		}
	}
	add_exits(out);
	add_kinds(out, "injected", sum.injected);
	add_kinds(out, "delivered", sum.delivered);
	add_number(out, "lr_peak", sum.lr_peak);
	add_number(out, "overflows", sum.overflows);
	add_number(out, "eoicount", sum.eoicount);
	add_number(out, "guest_errors", sum.guest_errors);
	add_number(out, "aborts", aborts);
	add_number(out, "el2_ticks", el2_ticks);
	add_number(out, "invariant_checks", vm.counts.invariant_checks);
	add_number(out, "invariant_failures",
		   atomic_load(&vm.counts.invariant_failures));
	if (options.torture_ms) {
		add_number(out, "snapshots", vm.counts.snapshots);
	}
	add_number(out, "vcpus", vm.nr_vcpus);
	if (vm.nr_devices || vm.pci) {
		add_number(out, "passed_through",
			   atomic_load(&vm.counts.passed_through));
	}
	if (vm.patch) {
		add_scan(out);
	}
}

void result_write(enum run_exit how, const char *reason, bool reset)
{
	struct format_buffer out = { record.text, sizeof(record), 0 };

	if (host.flash.size < sizeof(record)) {
		return;
	}
	format_add(&out, "{\"exit\": %u", (unsigned int)how);
	if (reason) {
		add_text(&out, "reason", reason);
	}
	format_add(&out, ",\n \"reset\": %s", reset ? "true" : "false");
	add_number(&out, "cntfrq", read_sysreg(cntfrq_el0));
	if (vm.vcpus) {
		add_vm(&out);
	}
	format_add(&out, "}\n");
	mmu_map(host.flash.base, sizeof(record), MMU_DEVICE);
	/* Whole words, the NUL among them. */
	program(record.words, out.used / sizeof(uint32_t) + 1);
}
