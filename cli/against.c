/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `vgic bench --against kvm`.  guest/bench four ways in the same QEMU with the
 * same -icount shift=0, where an instruction takes a nanosecond: at EL1 on
 * QEMU's own GIC, on our hypervisor, and on Linux's KVM with VHE and without,
 * where bench/kvm is all of the VMM.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "chart.h"
#include "files.h"
#include "guest.h"
#include "run.h"

#define KVM_LIMIT_S 300
#define KVM_MEMORY_MIB 512
#define OLDEST_DEBIAN "6.12"
/*
 * The figures of a guest that never stops for its hypervisor are a few
 * instructions, of which a ratio would say nothing.
 */
#define LEAST_OF_RATIO 16

/* What our VMM and KVM have said so far. */
struct kvm_run {
	json_t *found;
	bool vhe;
	char *last; /* the VMM's line, which says how it ended */
};

static const struct {
	const char *name, *bootargs;
	bool vhe;
} modes[] = {
	{ "VHE", "", true },
	{ "nVHE", " kvm-arm.mode=nvhe", false },
};

static void on_line(struct child *c, const char *line)
{
	static const char of_vmm[] = "kvm-vmm: ";
	struct kvm_run *run = c->context;

	figures_take(run->found, line);
	if (strstr(line, " VHE mode initialized")) {
		run->vhe = true;
	}
	if (!strncmp(line, of_vmm, strlen(of_vmm))) {
		run->last = text("%s", line + strlen(of_vmm));
	}
}

static char *pack_initrd(const char *gic)
{
	char *initrd = scratch("kvm.cpio.gz");
	char *argv[] = { project("bench/kvm/pack"),
			 project("build/el2/bench/kvm/kvm-vmm"),
			 guest_program("bench", gic), initrd, NULL };

	if (spawn(argv)) {
		die(STATUS_NO_SETUP, "cannot make the initrd %s", initrd);
	}
	return initrd;
}

static json_t *measure_kvm(const struct bench_options *o, const char *kernel,
			   const char *name, size_t mode)
{
	struct launch l = {
		.qemu = o->qemu,
		.cpu = o->cpu,
		.gic = o->gic,
		.cpus = 2,
		.memory = KVM_MEMORY_MIB,
		.icount = true,
		.reset_ends = true,
		.el2 = true,
		.kernel = kernel,
		.initrd = pack_initrd(o->gic),
		.bootargs = text("console=ttyAMA0 panic=-1%s -- %s",
				 modes[mode].bootargs, o->gic),
	};
	struct kvm_run run = { .found = json_object() };
	struct child c = {
		.progress = text("counting instructions on %s", name),
		.limit = KVM_LIMIT_S,
		.line = on_line,
		.context = &run,
	};

	child_run(&c, launch_argv(&l));
	if (!run.last || strcmp(run.last, "the guest is off") ||
	    !json_object_get(run.found, "hypercall")) {
		die(STATUS_FAILED, "%s: %s", name,
		    run.last ? run.last : "Linux did not reach the VMM");
	}
	if (!run.vhe && modes[mode].vhe) {
		die(STATUS_USAGE,
		    "--cpu %s: it has no VHE, which KVM is to be measured "
		    "with; cortex-a76 has it",
		    o->cpu);
	}
	if (run.vhe && !modes[mode].vhe) {
		die(STATUS_FAILED, "%s: Linux uses VHE all the same", name);
	}
	return run.found;
}

/* What is in both, in the order of the table. */
static json_t *ratios(const json_t *figures, const json_t *ours,
		      const struct figure *rows)
{
	json_t *all = json_object();

	for (; rows->key; rows++) {
		double value = (double)json_int(figures, rows->key);
		double base = (double)json_int(ours, rows->key);

		if (base >= LEAST_OF_RATIO && value > 0) {
			json_object_set_new(all, rows->key,
					    json_real(value / base));
		}
	}
	return all;
}

/* Figures by EL2's own count are there with our hypervisor alone. */
static bool is_shared(const struct figure *f)
{
	return !strchr(f->key, '.');
}

/* A column of what was found, beside `ours`, what vgic takes. */
static void add_column(json_t *all, const char *name, const json_t *found,
		       const json_t *ours)
{
	const struct figure *rows = bench_figures(json_text(all, "gic"));
	json_t *figures = json_object();

	for (const struct figure *f = rows; f->key; f++) {
		if (is_shared(f)) {
			json_object_set(figures, f->key,
					json_object_get(found, f->key));
		}
	}
	json_array_append_new(json_object_get(all, "columns"),
			      json_pack("{ss so so}", "name", name,
					"instructions", figures, "times_vgic",
					ratios(figures, ours, rows)));
}

static void measure_kernel(const struct bench_options *o, const char *kernel,
			   const json_t *ours, json_t *all)
{
	struct image image = image_load(kernel);
	unsigned int major = 0, minor = 0;

	image_linux_version(&image, &major, &minor);
	free(image.bytes.data);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		char *name = text("KVM %u.%u %s", major, minor, modes[i].name);

		add_column(all, name, measure_kvm(o, kernel, name, i), ours);
	}
}

static void measure_kernels(const struct bench_options *o, const json_t *ours,
			    json_t *all)
{
	char *oldest, *newest;

	if (o->debian) {
		measure_kernel(o, guest_debian(o->debian), ours, all);
		return;
	}
	oldest = guest_debian(OLDEST_DEBIAN);
	newest = guest_newest_debian();
	measure_kernel(o, oldest, ours, all);
	if (strcmp(oldest, newest)) {
		measure_kernel(o, newest, ours, all);
	}
}

void against_measure(const struct bench_options *o, json_t *all)
{
	struct run_options r = bench_run(o, "bench");
	struct launch l = run_prepare(&r), bare = bench_native(l);
	const struct figure *rows = bench_figures(o->gic);
	json_t *ours, *native;

	json_object_set_new(all, "gic", json_string(o->gic));
	json_object_set_new(all, "cpu", json_string(o->cpu));
	json_object_set_new(all, "columns", json_array());
	say("counting instructions on bare QEMU");
	native = figures_of_guest(&bare, "bare QEMU", rows);
	say("counting instructions on vgic");
	ours = figures_of_guest(&l, "vgic", rows);
	add_column(all, "native", native, ours);
	add_column(all, "vgic", ours, ours);
	measure_kernels(o, ours, all);
}

static void show_row(const json_t *columns, const struct figure *f,
		     const char *part, int decimals)
{
	const json_t *column, *value;
	size_t i;

	printf("  %-22s", f->label);
	json_array_foreach(columns, i, column)
	{
		value = json_object_get(json_object_get(column, part), f->key);
		if (value) {
			printf("%14.*f", decimals, json_number_value(value));
		} else {
			printf("%14s", "-");
		}
	}
	putchar('\n');
}

static void show_part(const json_t *all, const char *title, const char *part,
		      int decimals)
{
	const json_t *columns = json_object_get(all, "columns"), *column;
	size_t i;

	printf("%-24s", title);
	json_array_foreach(columns, i, column)
	{
		printf("%14s", json_text(column, "name"));
	}
	putchar('\n');
	for (const struct figure *f = bench_figures(json_text(all, "gic"));
	     f->key; f++) {
		if (is_shared(f)) {
			show_row(columns, f, part, decimals);
		}
	}
}

void against_show(const json_t *all)
{
	printf("GIC%s guest, 2 vCPUs on 2 CPUs, %s\n", json_text(all, "gic"),
	       json_text(all, "cpu"));
	show_part(all, "instructions", "instructions", 0);
	show_part(all, "times what vgic takes", "times_vgic", 2);
}

FILE *against_picture(const char *file)
{
	FILE *out = fopen(file, "w");

	if (!out) {
		die(STATUS_USAGE, "--svg %s: %s", file, strerror(errno));
	}
	return out;
}

void against_draw(const char *file, const json_t *all)
{
	FILE *out = against_picture(file);
	struct chart chart = {
		.title = text("What a GIC%s guest's interrupts cost, in "
			      "instructions (%s, log scale)",
			      json_text(all, "gic"), json_text(all, "cpu")),
	};
	const json_t *columns = json_object_get(all, "columns"), *column;
	size_t i;

	json_array_foreach(columns, i, column)
	{
		chart_series(&chart, json_text(column, "name"));
	}
	for (const struct figure *f = bench_figures(json_text(all, "gic"));
	     f->key; f++) {
		if (!is_shared(f)) {
			continue;
		}
		chart_group(&chart, f->label);
		json_array_foreach(columns, i, column)
		{
			chart_value(
				&chart,
				(double)json_int(
					json_object_get(column, "instructions"),
					f->key));
		}
	}
	if (!chart_write(&chart, out) || fclose(out)) {
		die(STATUS_USAGE, "--svg %s: %s", file, strerror(errno));
	}
}
