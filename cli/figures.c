/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "console.h"
#include "figures.h"
#include "run.h"
#include "say.h"

#define GUEST_LIMIT_S 300

/* The machine's list registers, and software instead of them. */
static const struct {
	const char *gic, *host_gic, *cpuif;
} cells[] = {
	{ "v2", "v2", "hw" },
	{ "v2", "v2", "soft" },
	{ "v2", "v3", "soft" },
	{ "v3", "v2", "soft" },
	{ "v3", "v3", "hw" },
	{ "v3", "v3", "soft" },
	{ "v5", "v2", "soft" },
	{ "v5", "v3", "soft" },
};

#define NR_CELLS (sizeof(cells) / sizeof(cells[0]))

static const struct {
	const char *key, *label;
} events[] = {
	{ "eoi", "EOI" },
	{ "timer", "timer tick" },
	{ "ipi", "IPI" },
};

#define NR_EVENTS (sizeof(events) / sizeof(events[0]))

static void take_figure(struct console *c, const char *line)
{
	char name[32];
	long value;

	if (sscanf(line, "bench: %31s %ld", name, &value) == 2) {
		json_object_set_new(c->context, name, json_integer(value));
	}
}

json_t *figures_run(const struct launch *l)
{
	json_t *found = json_object();
	struct console c = {
		.quiet = true,
		.limit = GUEST_LIMIT_S,
		.line = take_figure,
		.context = found,
	};

	console_run(&c, launch_argv(l));
	return found;
}

static json_t *cell(const char *qemu, const char *cpu, size_t i)
{
	struct run_options o = run_defaults();
	struct launch l;
	json_t *found;

	o.qemu = qemu;
	o.cpu = cpu;
	o.gic = cells[i].gic;
	o.host_gic = cells[i].host_gic;
	o.cpuif = cells[i].cpuif;
	o.vcpus = 2;
	o.cpus = 2;
	o.batch = true;
	o.icount = true;
	o.guest = "bench";
	l = run_prepare(&o);
	found = figures_run(&l);
	json_object_set_new(found, "guest", json_string(cells[i].gic));
	json_object_set_new(found, "host", json_string(cells[i].host_gic));
	json_object_set_new(found, "cpuif", json_string(cells[i].cpuif));
	return found;
}

static long long figure(const json_t *found, const char *event,
			const char *what)
{
	char *key = text("%s%s", event, what);
	json_t *value = json_object_get(found, key);

	if (!value) {
		die(STATUS_FAILED, "the guest did not measure %s", key);
	}
	return json_integer_value(value);
}

json_t *figures_cells(const char *qemu, const char *cpu)
{
	json_t *all = json_array();

	for (size_t i = 0; i < NR_CELLS; i++) {
		json_t *found = cell(qemu, cpu, i);

		for (size_t e = 0; e < NR_EVENTS; e++) {
			figure(found, events[e].key, ".exits");
			figure(found, events[e].key, ".el2");
		}
		json_array_append_new(all, found);
	}
	return all;
}

void figures_show_cells(const json_t *all)
{
	const json_t *found;
	size_t i;

	printf("%-24s", "exits, EL2 instructions");
	for (size_t e = 0; e < NR_EVENTS; e++) {
		printf("%16s", events[e].label);
	}
	printf("%14s\n", "to handler");
	json_array_foreach(all, i, found) {
		printf("  GIC%s on GIC%s, %-7s", cells[i].gic,
		       cells[i].host_gic, cells[i].cpuif);
		for (size_t e = 0; e < NR_EVENTS; e++) {
			printf("%9.2f%7lld",
			       (double)figure(found, events[e].key,
					      ".exits") / 100,
			       figure(found, events[e].key, ".el2"));
		}
		printf("%14lld\n", figure(found, "ipi", ""));
	}
}
