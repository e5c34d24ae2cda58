/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `vgic matrix`: every guest's GIC on every machine's.  A cell is a Debian
 * kernel that boots, checks itself and powers off, once for each number of
 * vCPUs.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "guest.h"
#include "run.h"
#include "say.h"

#define LIMIT_S 120
#define MAX_RUNS 3
#define CELL_WIDTH 20

static const char *const guests[] = { "v2", "v3", "v5" };
static const char *const hosts[] = { "v2", "v3" };

#define NR_GUESTS (sizeof(guests) / sizeof(guests[0]))
#define NR_HOSTS (sizeof(hosts) / sizeof(hosts[0]))

/* For each guest: numbers of vCPUs, up to a zero. */
static const unsigned int vcpus[NR_GUESTS][MAX_RUNS + 1] = {
	{ 1, 4, 8 },
	{ 1, 4 },
	{ 1, 4 },
};

struct matrix_options {
	bool json;
	const char *qemu;
	const char *cpu;
};

enum option_id {
	OPT_JSON = 1,
	OPT_QEMU,
	OPT_CPU,
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "qemu", required_argument, NULL, OPT_QEMU },
	{ "cpu", required_argument, NULL, OPT_CPU },
	{ NULL, 0, NULL, 0 },
};

static struct matrix_options parse(int argc, char **argv)
{
	struct run_options defaults = run_defaults();
	struct matrix_options o = {
		.qemu = defaults.qemu,
		.cpu = defaults.cpu,
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
		} else {
			exit(STATUS_USAGE);
		}
	}
	if (optind < argc) {
		die(STATUS_USAGE, "unexpected argument '%s'", argv[optind]);
	}
	return o;
}

/* Where the guest's GIC is of the machine's kind, list registers serve. */
static const char *means(const char *guest, const char *host)
{
	return strcmp(guest, host) ? "soft" : "hw";
}

static json_t *boot(const struct matrix_options *m, const char *guest,
		    const char *host, unsigned int count)
{
	struct run_options o = run_defaults();
	enum status status;
	double seconds;

	o.qemu = m->qemu;
	o.cpu = m->cpu;
	o.gic = guest;
	o.host_gic = host;
	o.vcpus = count;
	o.batch = true;
	o.timeout = LIMIT_S;
	say("GIC%s guest, GIC%s machine, %u vCPUs", guest, host, count);
	status = run_quietly(&o, &seconds);
	return json_pack("{s:i, s:b, s:i, s:f}", "vcpus", (int)count, "pass",
			 status == STATUS_OK, "status", (int)status,
			 "seconds", seconds);
}

/* All runs of one cell; "pass" when all of them did. */
static json_t *fill(const struct matrix_options *m, size_t guest,
		    const char *host)
{
	json_t *runs = json_array();
	int pass = 1;

	for (size_t i = 0; vcpus[guest][i]; i++) {
		json_t *run = boot(m, guests[guest], host, vcpus[guest][i]);

		pass &= json_is_true(json_object_get(run, "pass"));
		json_array_append_new(runs, run);
	}
	return json_pack("{s:s, s:s, s:s, s:b, s:o}", "guest", guests[guest],
			 "host", host, "cpuif", means(guests[guest], host),
			 "pass", pass, "runs", runs);
}

/* "hw   1 ✓ 4 ✓": the mark is one column but three bytes. */
static void show_cell(const json_t *cell)
{
	json_t *runs = json_object_get(cell, "runs"), *run;
	int width = printf("%-5s", json_string_value(
					   json_object_get(cell, "cpuif")));
	size_t i;

	json_array_foreach(runs, i, run) {
		bool pass = json_is_true(json_object_get(run, "pass"));

		width += printf("%lld", json_integer_value(json_object_get(
						run, "vcpus")));
		width += printf("%s ", pass ? "✓" : "✗") - 2;
	}
	printf("%*s", width < CELL_WIDTH ? CELL_WIDTH - width : 1, "");
}

static void show(const json_t *cells)
{
	printf("%-14s", "guest, machine");
	for (size_t h = 0; h < NR_HOSTS; h++) {
		printf("  GIC%-*s", CELL_WIDTH - 3, hosts[h]);
	}
	putchar('\n');
	for (size_t g = 0; g < NR_GUESTS; g++) {
		printf("GIC%-11s", guests[g]);
		for (size_t h = 0; h < NR_HOSTS; h++) {
			printf("  ");
			show_cell(json_array_get(cells, g * NR_HOSTS + h));
		}
		putchar('\n');
	}
	printf("hw: the machine's list registers; soft: software; then "
	       "numbers of vCPUs\n");
}

/* Rather now than in the middle. */
static void check_kernel(void)
{
	struct run_options o = run_defaults();

	if (!guest_find(&o).linux_kernel) {
		die(STATUS_NO_SETUP, "the matrix is of Linux kernels");
	}
}

int matrix_main(int argc, char **argv)
{
	struct matrix_options m = parse(argc, argv);
	json_t *cells = json_array();
	bool pass = true;

	launch_check(m.qemu);
	check_kernel();
	for (size_t g = 0; g < NR_GUESTS; g++) {
		for (size_t h = 0; h < NR_HOSTS; h++) {
			json_t *cell = fill(&m, g, hosts[h]);

			pass &= json_is_true(json_object_get(cell, "pass"));
			json_array_append_new(cells, cell);
		}
	}
	if (m.json) {
		json_dumpf(cells, stdout,
			   JSON_INDENT(2) | JSON_REAL_PRECISION(4));
		putchar('\n');
	} else {
		show(cells);
	}
	return pass ? STATUS_OK : STATUS_FAILED;
}
