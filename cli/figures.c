/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Figures of guests and of the library.  guest/bench prints a line "bench: NAME
 * FIGURE" for each that it measures; bench/host.c prints JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "files.h"
#include "run.h"

#define GUEST_LIMIT_S 300
#define LIBRARY_LIMIT_S 300

/* GICs of guest and machine, by list registers and by software. */
static const struct {
	const char *gic, *host_gic, *cpuif;
} cells[] = {
	{ "v2", "v2", "hw" },	{ "v2", "v2", "soft" }, { "v2", "v3", "soft" },
	{ "v3", "v2", "soft" }, { "v3", "v3", "hw" },	{ "v3", "v3", "soft" },
	{ "v5", "v2", "soft" }, { "v5", "v3", "soft" },
};

/*
 * What is shown of each of them: exits in hundredths, instructions spent in
 * the hypervisor, and for the IPI also from its sender to its handler.
 */
static const struct figure cell_figures[] = {
	{ "eoi.exits", "EOI", 0 },
	{ "eoi.el2", NULL, 0 },
	{ "timer.exits", "timer tick", 0 },
	{ "timer.el2", NULL, 0 },
	{ "ipi.exits", "IPI", 0 },
	{ "ipi.el2", NULL, 0 },
	{ "ipi", NULL, 0 },
	{ 0 },
};

struct run_options bench_run(const struct bench_options *o, const char *guest)
{
	struct run_options r = run_defaults();

	r.qemu = o->qemu;
	r.cpu = o->cpu;
	r.gic = o->gic;
	r.host_gic = strcmp(o->gic, "v2") ? "v3" : "v2";
	r.vcpus = 2;
	r.cpus = 2;
	r.batch = true;
	r.guest = guest;
	/* A guest of ours counts instructions; Linux is timed. */
	r.icount = guest != NULL;
	return r;
}

struct launch bench_linux(struct run_options *r)
{
	struct launch l;

	/* The init of our initrd ends at once, and says that it has begun. */
	r->append = "vgic.boot quiet";
	l = run_prepare(r);
	if (!l.initrd) {
		die(STATUS_NO_SETUP, "no Linux to boot; ./vgic setup fetches "
				     "one");
	}
	return l;
}

void figures_take(json_t *found, const char *line)
{
	char name[32];
	long value;

	if (sscanf(line, "bench: %31s %ld", name, &value) == 2) {
		json_object_set_new(found, name, json_integer(value));
	}
}

static void take_figure(struct child *c, const char *line)
{
	figures_take(c->context, line);
}

json_t *figures_of_guest(const struct launch *l, const char *machine,
			 const struct figure *list)
{
	json_t *found = json_object();
	struct child c = {
		.limit = GUEST_LIMIT_S,
		.line = take_figure,
		.context = found,
	};

	child_run(&c, launch_argv(l));
	for (; list->key; list++) {
		if (!json_object_get(found, list->key)) {
			die(STATUS_FAILED,
			    "the guest on %s did not measure "
			    "%s",
			    machine, list->key);
		}
	}
	return found;
}

void figures_of_host(const char *option, const char *value, json_t *all)
{
	char *argv[] = { project("build/host/bench/vgic-bench-host"),
			 (char *)"--json", (char *)option, (char *)value,
			 NULL };
	struct child c = {
		.progress = "timing the library on this host",
		.limit = LIBRARY_LIMIT_S,
		.output = tmpfile(),
	};
	json_t *found;

	if (!c.output) {
		die(STATUS_NO_SETUP, "no room for a temporary file");
	}
	child_run(&c, argv);
	rewind(c.output);
	found = json_read(c.output);
	if (c.status || json_object_update(all, found) < 0) {
		die(STATUS_FAILED, "%s %s %s failed", argv[0], option,
		    value ? value : "");
	}
	fclose(c.output);
	json_decref(found);
}

void figures_of_library(const char *gic, json_t *all)
{
	figures_of_host("--gic", gic, all);
}

static json_t *cell(const struct bench_options *b, size_t i)
{
	struct run_options o = bench_run(b, "bench");
	struct launch l;
	json_t *found;

	o.gic = cells[i].gic;
	o.host_gic = cells[i].host_gic;
	o.cpuif = cells[i].cpuif;
	l = run_prepare(&o);
	found = figures_of_guest(&l, "vgic", cell_figures);
	json_object_set_new(found, "guest", json_string(o.gic));
	json_object_set_new(found, "host", json_string(o.host_gic));
	json_object_set_new(found, "cpuif", json_string(o.cpuif));
	return found;
}

json_t *figures_of_cells(const struct bench_options *o)
{
	json_t *all = json_array();

	say("counting exits for every guest and machine GIC");
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		json_array_append_new(all, cell(o, i));
	}
	return all;
}

/* In hundredths, with decimals; instructions; and the IPI's way. */
static void show_cell(const json_t *found)
{
	for (const struct figure *f = cell_figures; f->key; f++) {
		long long value = json_int(found, f->key);

		if (f->label) {
			printf("%9.2f", (double)value / 100);
		} else {
			printf("%*lld", f[1].key ? 7 : 14, value);
		}
	}
	putchar('\n');
}

void figures_show_cells(const json_t *all)
{
	const json_t *found;
	size_t i;

	printf("%-24s", "exits, EL2 instructions");
	for (const struct figure *f = cell_figures; f->key; f++) {
		if (f->label) {
			printf("%16s", f->label);
		}
	}
	printf("%14s\n", "to handler");
	json_array_foreach(all, i, found)
	{
		printf("  GIC%s on GIC%s, %-7s", json_text(found, "guest"),
		       json_text(found, "host"), json_text(found, "cpuif"));
		show_cell(found);
	}
}

static double value_of(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

void figures_show(const struct figure *list, const json_t *native,
		  const json_t *ours, int decimals)
{
	for (; list->key; list++) {
		double value = value_of(ours, list->key);

		printf("  %-22s", list->label);
		if (native) {
			printf("%10.*f", decimals, value_of(native, list->key));
		}
		printf("%10.*f", decimals, value);
		if (list->goal > 0) {
			printf("%10.0f%s", list->goal,
			       value > list->goal ? "  over" : "");
		}
		putchar('\n');
	}
}

void figures_show_array(const char *label, const json_t *values)
{
	const json_t *value;
	size_t i;

	printf("  %-22s", label);
	json_array_foreach(values, i, value)
	{
		printf("%10.1f", json_number_value(value));
	}
	putchar('\n');
}
