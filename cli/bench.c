/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `vgic bench`: guest/bench on QEMU's own GIC at EL1 and on ours at EL2, both
 * with -icount shift=0, so that its figures are instructions; the exits of each
 * guest and machine GIC; bench/host.c; and Linux to its first user instruction
 * with and without us.  GICv5, which no machine has, is bench5.c's; the longest
 * stretch of each function bench/latency's.
 *
 * guest/bench prints a line "bench: NAME FIGURE" for each of figures[].
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "console.h"
#include "figures.h"
#include "files.h"
#include "run.h"
#include "say.h"

#define BOOT_ROUNDS 5
#define BOOT_LIMIT_S 120

static const struct figure figures[] = {
	{ "hypercall", "hypercall", 350 },
	{ "gicd_read", "trapped GICD read", 600 },
	{ "eoi", "EOI", 0 },
	{ "ipi", "IPI, send to handler", 2000 },
	{ "timer", "timer interrupt", 0 },
	{ "spi", "SPI from the host", 0 },
	{ "overflow64", "overflow, 64 pending", 0 },
};

enum option_id {
	OPT_JSON = 1,
	OPT_QEMU,
	OPT_CPU,
	OPT_GIC,
	OPT_LATENCY,
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "qemu", required_argument, NULL, OPT_QEMU },
	{ "cpu", required_argument, NULL, OPT_CPU },
	{ "gic", required_argument, NULL, OPT_GIC },
	{ "latency", no_argument, NULL, OPT_LATENCY },
	{ NULL, 0, NULL, 0 },
};

static struct bench_options parse(int argc, char **argv)
{
	struct run_options defaults = run_defaults();
	struct bench_options o = {
		.qemu = defaults.qemu,
		.cpu = defaults.cpu,
		.gic = defaults.gic,
	};
	int id;

	argv[0] = (char *)"vgic";
	while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (id == OPT_JSON) {
			o.json = true;
		} else if (id == OPT_QEMU) {
			o.qemu = optarg;
		} else if (id == OPT_CPU) {
			o.cpu = optarg;
		} else if (id == OPT_GIC) {
			o.gic = run_option_gic(optarg);
		} else if (id == OPT_LATENCY) {
			o.latency = true;
		} else {
			exit(STATUS_USAGE);
		}
	}
	if (optind < argc) {
		die(STATUS_USAGE, "unexpected argument '%s'", argv[optind]);
	}
	return o;
}

struct run_options bench_run(const struct bench_options *o)
{
	struct run_options r = run_defaults();

	r.qemu = o->qemu;
	r.cpu = o->cpu;
	r.gic = o->gic;
	r.host_gic = strcmp(o->gic, "v2") ? "v3" : "v2";
	r.vcpus = 2;
	r.cpus = 2;
	r.batch = true;
	return r;
}

/* The same guest without the hypervisor. */
static struct launch native_of(struct launch l)
{
	l.hyp = NULL;
	return l;
}

static json_t *run_guest(const struct launch *l)
{
	json_t *found = figures_run(l);

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		if (!json_object_get(found, figures[i].key)) {
			die(STATUS_FAILED, "the guest on %s did not measure "
			    "%s", l->hyp ? "vgic" : "bare QEMU",
			    figures[i].key);
		}
	}
	return found;
}

static void instructions(const struct bench_options *o, json_t *all)
{
	struct run_options r = bench_run(o);
	struct launch native, ours;

	r.guest = "bench";
	r.icount = true;
	ours = run_prepare(&r);
	native = native_of(ours);
	say("counting instructions on bare QEMU");
	json_object_set_new(all, "native", run_guest(&native));
	say("counting instructions on vgic");
	json_object_set_new(all, "vgic", run_guest(&ours));
}

void bench_host(const char *gic, json_t *all)
{
	char *command = text("exec '%s' --json --gic %s",
			     project("build/host/bench/vgic-bench-host"), gic);
	FILE *in;
	json_t *found;

	say("timing the library on this host");
	in = popen(command, "r");
	found = in ? json_loadf(in, 0, NULL) : NULL;
	if (!in || pclose(in) || json_object_update(all, found) < 0) {
		die(STATUS_FAILED, "%s failed", command);
	}
	json_decref(found);
}

static void at_init(struct console *c, const char *line)
{
	double *seconds = c->context;

	if (!strcmp(line, "@vgic-init")) {
		*seconds = c->seconds;
		console_stop(c);
	}
}

static double boot(const struct launch *l)
{
	double seconds = 0;
	struct console c = {
		.quiet = true,
		.limit = BOOT_LIMIT_S,
		.line = at_init,
		.context = &seconds,
	};

	console_run(&c, launch_argv(l));
	if (seconds == 0) {
		die(STATUS_FAILED, "Linux on %s did not reach its first user "
		    "instruction", l->hyp ? "vgic" : "bare QEMU");
	}
	return seconds;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values)
{
	qsort(values, BOOT_ROUNDS, sizeof(*values), ascending);
	return values[BOOT_ROUNDS / 2];
}

static void linux_boot(const struct bench_options *o, json_t *all)
{
	struct run_options r = bench_run(o);
	double native[BOOT_ROUNDS], ours[BOOT_ROUNDS];
	struct launch bare, hyp;

	r.append = "vgic.boot quiet";
	hyp = run_prepare(&r);
	if (!hyp.initrd) {
		die(STATUS_NO_SETUP, "no Linux to time");
	}
	bare = native_of(hyp);
	for (int i = 0; i < BOOT_ROUNDS; i++) {
		say("booting Linux without and with vgic, %d of %d", i + 1,
		    BOOT_ROUNDS);
		native[i] = boot(&bare);
		ours[i] = boot(&hyp);
	}
	json_object_set_new(all, "boot_ratio",
			    json_real(median(ours) / median(native)));
}

void bench_label(const struct figure *f)
{
	printf("  %-22s", f->label);
}

void bench_value(const json_t *value, int decimals)
{
	printf("%10.*f", decimals, json_number_value(value));
}

void bench_goal(const struct figure *f, const json_t *value)
{
	if (f->goal > 0) {
		printf("%10.0f", f->goal);
		if (json_number_value(value) > f->goal) {
			printf("  over");
		}
	}
	putchar('\n');
}

static void show_instructions(const json_t *all)
{
	json_t *native = json_object_get(all, "native");
	json_t *ours = json_object_get(all, "vgic");

	printf("%-24s%10s%10s%10s\n", "instructions", "native", "vgic",
	       "goal");
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		const struct figure *f = &figures[i];
		const json_t *value = json_object_get(ours, f->key);

		bench_label(f);
		bench_value(json_object_get(native, f->key), 0);
		bench_value(value, 0);
		bench_goal(f, value);
	}
}

static void show_row(const char *label, const json_t *values)
{
	const json_t *value;
	size_t i;

	bench_label(&(struct figure){ .label = label });
	json_array_foreach(values, i, value) {
		bench_value(value, 1);
	}
	putchar('\n');
}

static void show_boot(const json_t *all)
{
	printf("%-24s%10.2f\n", "Linux boot, vgic/native",
	       json_real_value(json_object_get(all, "boot_ratio")));
}

static void measure_v2(const struct bench_options *o, json_t *all)
{
	instructions(o, all);
	linux_boot(o, all);
}

static void show_v2(const json_t *all)
{
	show_instructions(all);
	show_boot(all);
}

static void measure_v3(const struct bench_options *o, json_t *all)
{
	instructions(o, all);
	say("counting exits for every guest and machine GIC");
	json_object_set_new(all, "cells", figures_cells(o->qemu, o->cpu));
	bench_host(o->gic, all);
	linux_boot(o, all);
}

static void show_v3(const json_t *all)
{
	show_instructions(all);
	figures_show_cells(json_object_get(all, "cells"));
	printf("%-24s%10s%10s%10s%10s\n", "pending interrupts", "1", "10",
	       "100", "1000");
	show_row("injection, ns", json_object_get(all, "inject_ns"));
	show_row("exit and entry, ns", json_object_get(all, "entry_ns"));
	printf("%-24s%10lld\n%-24s%10lld\n", "bytes per interrupt",
	       json_integer_value(json_object_get(all, "bytes_per_interrupt")),
	       "bytes per vCPU",
	       json_integer_value(json_object_get(all, "bytes_per_vcpu")));
	printf("%-24s%10.1f\n%-24s%10.1f\n", "snapshot, save, us",
	       json_number_value(json_object_get(all, "snapshot_save_us")),
	       "snapshot, restore, us",
	       json_number_value(json_object_get(all,
						 "snapshot_restore_us")));
	show_boot(all);
}

/* What is measured for each, and how it is shown. */
static const struct {
	const char *gic;
	void (*measure)(const struct bench_options *o, json_t *all);
	void (*show)(const json_t *all);
} benches[] = {
	{ "v2", measure_v2, show_v2 },
	{ "v3", measure_v3, show_v3 },
	{ "v5", bench5_measure, bench5_show },
};

/* Does not come back, unless there is nothing to run. */
static void exec_latency(bool json)
{
	char *path = project("build/latency/bench/latency/vgic-latency");

	execl(path, path, json ? "--json" : NULL, NULL);
	die(STATUS_NO_SETUP, "%s: cannot run it", path);
}

int bench_main(int argc, char **argv)
{
	struct bench_options o = parse(argc, argv);
	json_t *all = json_object();
	size_t i = 0;

	if (o.latency) {
		exec_latency(o.json);
	}
	while (strcmp(benches[i].gic, o.gic)) {
		i++;
	}
	launch_check(o.qemu);
	benches[i].measure(&o, all);
	if (o.json) {
		json_dumpf(all, stdout,
			   JSON_INDENT(2) | JSON_REAL_PRECISION(6));
		putchar('\n');
	} else {
		benches[i].show(all);
	}
	return STATUS_OK;
}
