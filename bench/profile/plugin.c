/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plugin for QEMU: which instructions an event of guest/bench executes, one
 * count for each instruction of the hypervisor and of the guest.
 *
 * guest/bench measures an event many times.  Each measurement begins when
 * counter_edge() returns and ends when counter_after() is called, by the same
 * CPU or by the interrupt handler of another CPU; that time is a "window".  The
 * plugin counts the instructions that are executed in windows.  When the guest
 * calls report(), the event is over: the plugin writes its counts and sets them
 * to 0.
 *
 * Arguments, NAME=VALUE each: out (a file), blind (on: which CPU executes an
 * instruction is not known), and ranges START:END of physical addresses, in
 * hexadecimal: hyp, its vectors, guest, and of the guest edge, after, report.
 *
 * The file has lines
 *
 *     event WINDOWS
 *     phase CPU ENTRY TIMES
 *     ADDRESS COUNT
 *
 * A phase is all that one CPU executes from an exception to EL2, whose vector
 * is at ENTRY, to the guest; or all that it executes of the guest, ENTRY being
 * 0.  Its addresses follow.
 */
#include "bench/profile/qemu.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NR_CPUS 2u
/* For each CPU the guest, and vectors of which four are used. */
#define NR_PHASES 16u
#define VECTOR_SIZE 0x80u

#define PUBLIC __attribute__((visibility("default")))

PUBLIC int qemu_plugin_version = VGIC_QEMU_PLUGIN_VERSION;

struct range {
	uint64_t start, end;
};

static struct range hyp, vectors, guest, edge, after, report;

static const struct {
	const char *name;
	struct range *range;
} ranges[] = {
	{ "hyp", &hyp },   { "vectors", &vectors }, { "guest", &guest },
	{ "edge", &edge }, { "after", &after },	    { "report", &report },
};

/* Where QEMU has the guest's physical address 0, as a number. */
static uintptr_t base;
static FILE *out;
/* All instructions count for CPU 0: see api_of() in cli/profile.c. */
static bool blind;

struct phase {
	unsigned int cpu;
	uint64_t entry; /* 0: in the guest */
	uint64_t times;
	uint64_t *counts; /* by word: the hypervisor's, then the guest's */
};

static struct phase phases[NR_PHASES];
static size_t nr_phases;

static struct {
	bool armed; /* counter_edge() is being executed, by `cpu` */
	unsigned int cpu;
	bool open;
	uint64_t count; /* of this event */
} window;

/*
 * For each CPU: the phase that it executes now, of the guest or of the
 * hypervisor, and the phase of the hypervisor that it executed last.
 */
static struct {
	struct phase *phase, *hyp;
} current[NR_CPUS];

static bool inside(const struct range *r, uint64_t pa)
{
	return pa >= r->start && pa < r->end;
}

static size_t words(const struct range *r)
{
	return (size_t)((r->end - r->start) / 4);
}

static size_t slot_of(uint64_t pa)
{
	return inside(&hyp, pa) ?
		       (size_t)((pa - hyp.start) / 4) :
		       words(&hyp) + (size_t)((pa - guest.start) / 4);
}

static unsigned int cpu_of(unsigned int cpu)
{
	return blind ? 0 : cpu;
}

static struct phase *phase_of(unsigned int cpu, uint64_t entry)
{
	struct phase *p = phases;

	while (p < phases + nr_phases && (p->cpu != cpu || p->entry != entry)) {
		p++;
	}
	if (p == phases + NR_PHASES) {
		fputs("vgic: the hypervisor has more vectors than "
		      "bench/profile expects\n",
		      stderr);
		exit(1);
	}
	if (p == phases + nr_phases) {
		nr_phases++;
		*p = (struct phase){ .cpu = cpu, .entry = entry };
		p->counts =
			calloc(words(&hyp) + words(&guest), sizeof(*p->counts));
	}
	return p;
}

static void count(struct phase *p, uint64_t pa)
{
	if (window.open && p->counts) {
		p->counts[slot_of(pa)]++;
	}
}

static void on_hyp(unsigned int cpu, void *data)
{
	uint64_t pa = (uint64_t)(uintptr_t)data;

	cpu = cpu_of(cpu);
	if ((inside(&vectors, pa) && (pa - vectors.start) % VECTOR_SIZE == 0) ||
	    !current[cpu].hyp) {
		current[cpu].hyp = phase_of(cpu, pa);
		current[cpu].hyp->times += window.open;
	}
	current[cpu].phase = current[cpu].hyp;
	count(current[cpu].phase, pa);
}

static void enter_guest(unsigned int cpu)
{
	if (!current[cpu].phase || current[cpu].phase->entry) {
		current[cpu].phase = phase_of(cpu, 0);
		current[cpu].phase->times += window.open;
	}
}

static void on_guest(unsigned int cpu, void *data)
{
	cpu = cpu_of(cpu);
	if (window.armed && window.cpu == cpu) {
		window.armed = false;
		window.open = true;
	}
	enter_guest(cpu);
	count(current[cpu].phase, (uint64_t)(uintptr_t)data);
}

/* counter_edge() executes: its return is to open a window on this CPU. */
static void on_edge(unsigned int cpu, void *data)
{
	(void)data;
	cpu = cpu_of(cpu);
	window.armed = true;
	window.cpu = cpu;
	window.open = false;
	enter_guest(cpu);
}

static void on_after(unsigned int cpu, void *data)
{
	(void)data;
	window.count += window.open;
	window.open = false;
	enter_guest(cpu_of(cpu));
}

static uint64_t address_of(size_t slot)
{
	return slot < words(&hyp) ? hyp.start + 4 * slot :
				    guest.start + 4 * (slot - words(&hyp));
}

/* Some phases have no counts in this event: their head is not written. */
static void write_phase(struct phase *p)
{
	bool begun = false;

	for (size_t i = 0; i < words(&hyp) + words(&guest); i++) {
		if (!p->counts || !p->counts[i]) {
			continue;
		}
		if (!begun) {
			fprintf(out, "phase %u %" PRIx64 " %" PRIu64 "\n",
				p->cpu, p->entry, p->times);
			begun = true;
		}
		fprintf(out, "%" PRIx64 " %" PRIu64 "\n", address_of(i),
			p->counts[i]);
		p->counts[i] = 0;
	}
	p->times = 0;
}

static void on_report(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	fprintf(out, "event %" PRIu64 "\n", window.count);
	for (size_t i = 0; i < nr_phases; i++) {
		write_phase(&phases[i]);
	}
	window.count = 0;
	window.armed = false;
}

/* What to call for an instruction; null: it is of no interest. */
static qemu_plugin_executed callback_of(uint64_t pa)
{
	if (inside(&hyp, pa)) {
		return on_hyp;
	}
	if (inside(&edge, pa)) {
		return on_edge;
	}
	if (inside(&after, pa)) {
		return on_after;
	}
	if (pa == report.start) {
		return on_report;
	}
	return inside(&guest, pa) ? on_guest : NULL;
}

static void translate(struct qemu_plugin_tb *tb)
{
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uintptr_t host = (uintptr_t)qemu_plugin_insn_haddr(insn);
		qemu_plugin_executed call;
		uint64_t pa;

		/* QEMU executes its own boot code first, where RAM begins. */
		if (!base) {
			base = host - (uintptr_t)qemu_plugin_insn_vaddr(insn);
		}
		pa = host - base;
		call = host ? callback_of(pa) : NULL;
		if (call) {
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, call, QEMU_PLUGIN_CB_NO_REGS,
				(void *)(uintptr_t)pa);
		}
	}
}

#if VGIC_QEMU_PLUGIN_VERSION < 7
static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	translate(tb);
}

static void on_end(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	fclose(out);
}

static void listen(qemu_plugin_id_t id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	qemu_plugin_register_atexit_cb(id, on_end, NULL);
}
#else
static void on_translation(struct qemu_plugin_tb *tb, void *data)
{
	(void)data;
	translate(tb);
}

static void on_end(void *data)
{
	(void)data;
	fclose(out);
}

static void listen(qemu_plugin_id_t id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation, NULL);
	qemu_plugin_register_atexit_cb(id, on_end, NULL);
}
#endif

/* NAME=START:END */
static void take_range(const char *arg)
{
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		size_t length = strlen(ranges[i].name);

		if (!strncmp(arg, ranges[i].name, length) &&
		    arg[length] == '=') {
			sscanf(arg + length + 1, "%" SCNx64 ":%" SCNx64,
			       &ranges[i].range->start, &ranges[i].range->end);
		}
	}
}

PUBLIC int qemu_plugin_install(qemu_plugin_id_t id,
			       const struct qemu_info_t *info, int argc,
			       char **argv)
{
	static const char file[] = "out=";

	(void)info;
	for (int i = 0; i < argc; i++) {
		if (!strncmp(argv[i], file, strlen(file))) {
			out = fopen(argv[i] + strlen(file), "w");
		}
		blind |= !strcmp(argv[i], "blind=on");
		take_range(argv[i]);
	}
	if (!out || !hyp.end || !vectors.end || !guest.end || !edge.end ||
	    !after.end || !report.end) {
		return -1;
	}
	listen(id);
	return 0;
}
