/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `vgic bench --gic v5`.  The guest's GICv5 instructions are patched, each is
 * an exit; and so its code has to be looked through, which is measured too.
 */
#include <stdio.h>

#include "bench.h"
#include "console.h"
#include "figures.h"
#include "result.h"
#include "run.h"
#include "say.h"

#define BOOT_LIMIT_S 120
#define NS_PER_S 1e9

static const struct figure events[] = {
	{ "cdia", "CDIA", 350 },
	{ "cdeoi", "CDEOI", 350 },
	{ "cddi", "CDDI", 350 },
	{ "ipi", "IPI, send to handler", 3000 },
	{ "timer", "timer interrupt", 0 },
};

static const struct figure library[] = {
	{ "ppi_flush_fold_ns", "PPI flush and fold, ns", 60 },
	{ "bytes_per_spi", "bytes per SPI", 16 },
	{ "bytes_per_lpi", "bytes per LPI", 16 },
};

static const struct figure scan_rows[] = {
	{ "pages", "pages looked through", 0 },
	{ "words", "words patched", 0 },
	{ "writes", "pages written again", 0 },
	{ "steps", "stores stepped", 0 },
	{ "instructions", "instructions", 0 },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void instructions(const struct bench_options *o, json_t *all)
{
	struct run_options r = bench_run(o);
	struct launch l;
	json_t *found;

	r.guest = "bench";
	r.icount = true;
	l = run_prepare(&r);
	say("counting instructions");
	found = figures_run(&l);
	for (size_t i = 0; i < COUNT(events); i++) {
		json_t *value = json_object_get(found, events[i].key);

		if (!value) {
			die(STATUS_FAILED, "the guest did not measure %s",
			    events[i].key);
		}
		json_object_set(all, events[i].key, value);
	}
	json_decref(found);
}

/* As the hypervisor's record has it. */
static json_t *scan_of(const struct result *r)
{
	double ticks = (double)result_number(r, "scan", "ticks");
	double all = (double)result_number(r, NULL, "el2_ticks");
	double frequency = (double)result_number(r, NULL, "cntfrq");

	if (ticks <= 0 || all <= 0) {
		die(STATUS_FAILED, "the hypervisor looked through no page");
	}
	return json_pack("{sI sI sI sI sI sf}",
			 "pages", result_number(r, "scan", "pages"),
			 "words", result_number(r, "scan", "words"),
			 "writes", result_number(r, "scan", "writes"),
			 "steps", result_number(r, "scan", "steps"),
			 "instructions",
			 (json_int_t)(ticks * NS_PER_S / frequency),
			 "el2_share", ticks / all);
}

/* Linux to its first user instruction, and off. */
static void boot(const struct bench_options *o, json_t *all)
{
	struct run_options r = bench_run(o);
	struct console c = { .quiet = true, .limit = BOOT_LIMIT_S };
	struct launch l;
	struct result *record;

	/* One CPU: no instructions spent waiting for the other's lock. */
	r.vcpus = 1;
	r.cpus = 1;
	r.append = "vgic.boot quiet";
	r.icount = true;
	l = run_prepare(&r);
	if (!l.initrd) {
		die(STATUS_NO_SETUP, "no Linux to look through");
	}
	say("booting Linux, whose code has to be looked through");
	console_run(&c, launch_argv(&l));
	record = result_read(l.record);
	if (!record || result_exit(record) != RECORD_GUEST_OFF) {
		die(STATUS_FAILED, "Linux did not boot and power off");
	}
	json_object_set_new(all, "scan", scan_of(record));
}

void bench5_measure(const struct bench_options *o, json_t *all)
{
	instructions(o, all);
	bench_host(o->gic, all);
	boot(o, all);
}

static void show_figures(const struct figure *list, size_t n, const json_t *of,
			 int decimals)
{
	for (size_t i = 0; i < n; i++) {
		const json_t *value = json_object_get(of, list[i].key);

		bench_label(&list[i]);
		bench_value(value, decimals);
		bench_goal(&list[i], value);
	}
}

void bench5_show(const json_t *all)
{
	static const struct figure injection = { .label = "injection, ns" };
	json_t *times = json_object_get(all, "inject_ns");
	json_t *scan = json_object_get(all, "scan");
	const json_t *value;
	size_t i;

	printf("%-24s%10s%10s\n", "instructions", "vgic", "goal");
	show_figures(events, COUNT(events), all, 0);
	printf("%-24s%10s%10s\n", "the library", "vgic", "goal");
	show_figures(library, 1, all, 1);
	show_figures(library + 1, COUNT(library) - 1, all, 0);
	printf("%-24s%10d%10d%10d%10d\n", "pending LPIs", 1, 100, 10000,
	       65536);
	bench_label(&injection);
	json_array_foreach(times, i, value) {
		bench_value(value, 1);
	}
	printf("\nLinux boot, code looked through\n");
	show_figures(scan_rows, COUNT(scan_rows), scan, 0);
	printf("  %-22s%9.1f%%\n", "of EL2's instructions", 100 *
	       json_real_value(json_object_get(scan, "el2_share")));
}
