/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `vgic bench`.  Instructions: guest/bench on QEMU's own GIC at EL1 and on ours
 * at EL2, both with -icount shift=0, where an instruction takes a nanosecond.
 * Exits: the same guest on each pair of GICs.  Nanoseconds of the library:
 * bench/host.c.  Linux: the time to its first user instruction, with and
 * without the hypervisor.  What a GICv5 guest costs is measured by bench5.c,
 * the longest stretch of each function by bench/latency.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "files.h"
#include "run.h"

#define BOOT_ROUNDS 5 /* an odd number has a median */
#define BOOT_LIMIT_S 120

/* A GICv2 has all but the first. */
static const struct figure figures[] = {
	{ "lpi", "LPI, INT to handler", 0 },
	{ "hypercall", "hypercall", 350 },
	{ "unknown", "hypercall, unknown", 0 },
	{ "gicd_read", "trapped GICD read", 600 },
	{ "eoi", "EOI", 0 },
	{ "ipi", "IPI, send to handler", 2000 },
	{ "ipi_wfi", "IPI that ends WFI", 0 },
	{ "timer", "timer interrupt", 0 },
	{ "wfi.el2", "WFI to its end, in EL2", 0 },
	{ "spi", "SPI from the host", 0 },
	{ "overflow64", "overflow, 64 pending", 0 },
	{ 0 },
};

static const struct figure library_events[] = {
	{ "mapped", "mapped, end to entry", 0 },
	{ "emulated", "emulated, send to EOI", 0 },
	{ "inject_1_thread_ns", "injected by 1 thread, ns", 0 },
	{ "inject_2_threads_ns", "by each of 2 threads", 0 },
	{ "emu_v3_ns", "vgic/emu.h, IAR-EOI, ns", 200 },
	{ "emu_v3_calls", "the same, in calls", 0 },
	{ 0 },
};

const struct figure *bench_figures(const char *gic)
{
	if (!strcmp(gic, "v5")) {
		return bench5_events;
	}
	return strcmp(gic, "v2") ? figures : figures + 1;
}

static const char *const others[] = { "kvm", NULL };

#define AT(field) .at = offsetof(struct bench_options, field)

const struct arg bench_args[] = {
	{ "gic", NULL, "what the guest drives", arg_choice, AT(gic),
	  .choices = gic_names },
	{ "json", NULL, "one JSON object instead of tables", arg_flag,
	  AT(json) },
	{ "qemu", "PATH", "QEMU to use, 7.2 or newer", arg_text, AT(qemu) },
	{ "cpu", "MODEL", "QEMU's CPU model", arg_text, AT(cpu) },
	{ "against", NULL, "instead of all that: the same guest on Linux's KVM",
	  arg_choice, AT(against), .choices = others },
	{ "debian", NULL, "with --against: the KVM of this kernel alone",
	  arg_choice, AT(debian), .choices = debian_versions },
	{ "svg", "FILE", "with --against: draw the table as bars", arg_text,
	  AT(svg) },
	{ "profile", "EVENT",
	  "instead of all that: what this event executes on vgic", arg_text,
	  AT(profile) },
	{ "scale", NULL, "instead of all that: GICv3s from small to large",
	  arg_flag, AT(scale) },
	{ "latency", NULL, "instead of all that: the longest stretch", arg_flag,
	  AT(latency) },
	{ 0 },
};

struct launch bench_native(struct launch l)
{
	l.hyp = NULL;
	return l;
}

static void instructions(const struct bench_options *o, json_t *all)
{
	struct run_options r = bench_run(o, "bench");
	struct launch ours = run_prepare(&r), native = bench_native(ours);

	say("counting instructions on bare QEMU");
	json_object_set_new(
		all, "native",
		figures_of_guest(&native, "bare QEMU", bench_figures(o->gic)));
	say("counting instructions on vgic");
	json_object_set_new(
		all, "vgic",
		figures_of_guest(&ours, "vgic", bench_figures(o->gic)));
}

static void at_init(struct child *c, const char *line)
{
	double *seconds = c->context;

	if (!strcmp(line, "@vgic-init")) {
		*seconds = c->seconds;
		child_stop(c);
	}
}

/* Seconds from QEMU's start until the guest's init says that it runs. */
static double boot(const struct launch *l)
{
	double seconds = 0;
	struct child c = {
		.limit = BOOT_LIMIT_S,
		.line = at_init,
		.context = &seconds,
	};

	child_run(&c, launch_argv(l));
	if (seconds == 0) {
		die(STATUS_FAILED,
		    "Linux on %s did not reach its first user "
		    "instruction",
		    l->hyp ? "vgic" : "bare QEMU");
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

/* In turns, so that whatever else this host does slows both alike. */
static void linux_boot(const struct bench_options *o, json_t *all)
{
	struct run_options r = bench_run(o, NULL);
	double native[BOOT_ROUNDS], ours[BOOT_ROUNDS];
	struct launch hyp = bench_linux(&r), bare = bench_native(hyp);

	for (int i = 0; i < BOOT_ROUNDS; i++) {
		say("booting Linux without and with vgic, %d of %d", i + 1,
		    BOOT_ROUNDS);
		native[i] = boot(&bare);
		ours[i] = boot(&hyp);
	}
	json_object_set_new(all, "boot_ratio",
			    json_real(median(ours) / median(native)));
}

static void measure_v2(const struct bench_options *o, json_t *all)
{
	instructions(o, all);
	linux_boot(o, all);
}

static void show_instructions(const json_t *all, const struct figure *list)
{
	printf("%-24s%10s%10s%10s\n", "instructions", "native", "vgic", "goal");
	figures_show(list, json_object_get(all, "native"),
		     json_object_get(all, "vgic"), 0);
}

static void show_boot(const json_t *all)
{
	printf("%-24s%10.2f\n", "Linux boot, vgic/native",
	       json_real_value(json_object_get(all, "boot_ratio")));
}

static void show_v2(const json_t *all)
{
	show_instructions(all, figures + 1);
	show_boot(all);
}

static void measure_v3(const struct bench_options *o, json_t *all)
{
	instructions(o, all);
	json_object_set_new(all, "cells", figures_of_cells(o));
	figures_of_library(o->gic, all);
	linux_boot(o, all);
}

static void show_v3(const json_t *all)
{
	show_instructions(all, figures);
	printf("%-24s%10s\n", "one interrupt, library", "vgic");
	figures_show(library_events, NULL, all, 0);
	figures_show_cells(json_object_get(all, "cells"));
	printf("%-24s%10s%10s%10s%10s\n", "pending interrupts", "1", "10",
	       "100", "1000");
	figures_show_array("injection, ns", json_object_get(all, "inject_ns"));
	figures_show_array("exit and entry, ns",
			   json_object_get(all, "entry_ns"));
	printf("%-24s%10lld\n%-24s%10lld\n", "bytes per interrupt",
	       json_int(all, "bytes_per_interrupt"), "bytes per vCPU",
	       json_int(all, "bytes_per_vcpu"));
	printf("%-24s%10.1f\n%-24s%10.1f\n", "snapshot, save, us",
	       json_number_value(json_object_get(all, "snapshot_save_us")),
	       "snapshot, restore, us",
	       json_number_value(json_object_get(all, "snapshot_restore_us")));
	show_boot(all);
}

/* What is measured for each GIC, and how it is shown; order of gic_names. */
struct bench {
	void (*measure)(const struct bench_options *o, json_t *all);
	void (*show)(const json_t *all);
};

static const struct bench benches[] = {
	{ measure_v2, show_v2 },
	{ measure_v3, show_v3 },
	{ bench5_measure, bench5_show },
};

static const struct bench against = { against_measure, against_show };
static const struct bench scale = { scale_measure, scale_show };
static const struct bench profile = { profile_measure, profile_show };

static const struct bench *bench_of(const struct bench_options *o)
{
	size_t i = 0;

	if (o->against) {
		return &against;
	}
	if (o->profile) {
		return &profile;
	}
	if (o->scale) {
		return &scale;
	}
	while (strcmp(gic_names[i], o->gic)) {
		i++;
	}
	return &benches[i];
}

/* Become bench/latency's program; returns only by ending the process. */
static _Noreturn void exec_latency(bool json)
{
	char *path = project("build/latency/bench/latency/vgic-latency");

	execl(path, path, json ? "--json" : NULL, NULL);
	die(STATUS_NO_SETUP, "%s: cannot run it", path);
}

static void check_together(const struct bench_options *o)
{
	if (o->latency + o->scale + !!o->against + !!o->profile > 1) {
		die(STATUS_USAGE, "--against, --profile, --scale and --latency "
				  "exclude one another");
	}
	if (o->profile) {
		profile_check(o);
	}
	if (!o->against && (o->debian || o->svg)) {
		die(STATUS_USAGE, "--%s: it goes with --against kvm",
		    o->svg ? "svg" : "debian");
	}
	if (o->against && !strcmp(o->gic, "v5")) {
		die(STATUS_USAGE,
		    "--against kvm --gic v5: KVM has GICv5 "
		    "guests on GICv5 machines alone; v2 and v3 can be "
		    "compared");
	}
}

static struct bench_options parse(int argc, char **argv)
{
	struct run_options defaults = run_defaults();
	struct bench_options o = {
		.qemu = defaults.qemu,
		.gic = defaults.gic,
	};

	args_parse(bench_args, &o, argc, argv);
	check_together(&o);
	if (!o.cpu) {
		/* KVM is measured with VHE, too, which the default has not. */
		o.cpu = o.against ? "cortex-a76" : defaults.cpu;
	}
	return o;
}

int bench_main(int argc, char **argv)
{
	struct bench_options o = parse(argc, argv);
	const struct bench *bench = bench_of(&o);
	json_t *all = json_object();

	if (o.latency) {
		exec_latency(o.json);
	}
	if (o.svg) {
		/* Not after a long run, but before it. */
		fclose(against_picture(o.svg));
	}
	if (!o.scale) {
		launch_check(o.qemu);
	}
	bench->measure(&o, all);
	if (o.svg) {
		against_draw(o.svg, all);
	}
	if (o.json) {
		json_write(stdout, all);
	} else {
		bench->show(all);
	}
	return STATUS_OK;
}
