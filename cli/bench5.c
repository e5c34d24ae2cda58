/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `vgic bench --gic v5`.  No machine below has a GICv5, so nothing is measured
 * natively.  The hypervisor replaces the guest's GICv5 instructions by calls,
 * so each is an exit, and is measured by itself; and the guest's code has to be
 * looked through for them page by page, which is measured while Linux boots.
 */
#include "bench.h"
#include "result.h"
#include "run.h"

#define BOOT_LIMIT_S 120
#define NS_PER_S 1e9

/* Goals: what each event once cost, with one percent of room. */
const struct figure bench5_events[] = {
	{ "cdia", "CDIA", 175 },
	{ "cdeoi", "CDEOI", 107 },
	{ "cddi", "CDDI", 139 },
	{ "ipi", "IPI, send to handler", 599 },
	{ "ipi_wfi", "IPI that ends WFI", 585 },
	{ "timer", "timer interrupt", 465 },
	{ "spi", "SPI, CDPEND to handler", 252 },
	{ 0 },
};

static const struct figure library_times[] = {
	{ "ppi_flush_fold_ns", "PPI flush and fold, ns", 60 },
	{ 0 },
};

static const struct figure library_sizes[] = {
	{ "bytes_per_spi", "bytes per SPI", 16 },
	{ "bytes_per_lpi", "bytes per LPI", 16 },
	{ 0 },
};

static const struct figure scan_rows[] = {
	{ "pages", "pages looked through", 0 },
	{ "words", "words patched", 0 },
	{ "writes", "pages written again", 0 },
	{ "steps", "stores stepped", 0 },
	{ "instructions", "instructions", 0 },
	{ 0 },
};

static void instructions(const struct bench_options *o, json_t *all)
{
	struct run_options r = bench_run(o, "bench");
	struct launch l = run_prepare(&r);
	json_t *found;

	say("counting instructions");
	found = figures_of_guest(&l, "vgic", bench5_events);
	/* Those alone: a GICv3's figures are of other events. */
	for (const struct figure *f = bench5_events; f->key; f++) {
		json_object_set(all, f->key, json_object_get(found, f->key));
	}
	json_decref(found);
}

/* From the hypervisor's record: what looking through code has cost. */
static json_t *scan_of(const json_t *record)
{
	const json_t *scan = json_object_get(record, "scan");
	double ticks = (double)json_int(scan, "ticks");
	double all = (double)json_int(record, "el2_ticks");
	double frequency = (double)json_int(record, "cntfrq");

	if (ticks <= 0 || all <= 0) {
		die(STATUS_FAILED, "the hypervisor looked through no page");
	}
	return json_pack(
		"{sI sI sI sI sI sf}", "pages", json_int(scan, "pages"),
		"words", json_int(scan, "words"), "writes",
		json_int(scan, "writes"), "steps", json_int(scan, "steps"),
		"instructions", (json_int_t)(ticks * NS_PER_S / frequency),
		"el2_share", ticks / all);
}

/* Linux to its first user instruction, and off. */
static void boot(const struct bench_options *o, json_t *all)
{
	struct run_options r = bench_run(o, NULL);
	struct child c = {
		.progress = "booting Linux, whose code has to be looked "
			    "through",
		.limit = BOOT_LIMIT_S,
	};
	struct launch l;
	json_t *record;

	/* One CPU: else instructions are spent on waiting for another. */
	r.vcpus = 1;
	r.cpus = 1;
	r.icount = true;
	l = bench_linux(&r);
	child_run(&c, launch_argv(&l));
	record = result_read(l.record);
	if (!record || json_int(record, "exit") != RECORD_GUEST_OFF) {
		die(STATUS_FAILED, "Linux did not boot and power off");
	}
	json_object_set_new(all, "scan", scan_of(record));
}

void bench5_measure(const struct bench_options *o, json_t *all)
{
	instructions(o, all);
	figures_of_library(o->gic, all);
	boot(o, all);
}

void bench5_show(const json_t *all)
{
	json_t *scan = json_object_get(all, "scan");

	printf("%-24s%10s%10s\n", "instructions", "vgic", "goal");
	figures_show(bench5_events, NULL, all, 0);
	printf("%-24s%10s%10s\n", "the library", "vgic", "goal");
	figures_show(library_times, NULL, all, 1);
	figures_show(library_sizes, NULL, all, 0);
	printf("%-24s%10d%10d%10d%10d\n", "pending LPIs", 1, 100, 10000, 65536);
	figures_show_array("injection, ns", json_object_get(all, "inject_ns"));
	printf("Linux boot, code looked through\n");
	figures_show(scan_rows, NULL, scan, 0);
	printf("  %-22s%9.1f%%\n", "of EL2's instructions",
	       100 * json_real_value(json_object_get(scan, "el2_share")));
}
