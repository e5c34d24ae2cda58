/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `vgic matrix`: every guest's GIC on every machine's.  A cell is a Debian
 * kernel that boots, checks itself and powers off, once for each number of
 * vCPUs.  No QEMU has a GICv5 for EL2: that machine is a model, and its cells
 * are the demo guests, on the host.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "files.h"
#include "guest.h"
#include "run.h"
#include "say.h"

#define LIMIT_S 120
#define MAX_RUNS 3
#define FIRST_WIDTH 16
#define CELL_WIDTH 24

/* For each guest: numbers of vCPUs, up to a zero, and its demo's words. */
static const struct {
	const char *name;
	unsigned int vcpus[MAX_RUNS + 1];
	const char *expected;
} guests[] = {
	{ "v2", { 1, 4, 8 }, "tests/demo/gic2" },
	{ "v3", { 1, 4 }, "tests/demo" },
	{ "v5", { 1, 4 }, "tests/demo5" },
};

static const struct {
	const char *name;
	bool model;
} hosts[] = {
	{ "v2", false },
	{ "v3", false },
	{ "v5", true },
};

#define NR_GUESTS (sizeof(guests) / sizeof(guests[0]))
#define NR_HOSTS (sizeof(hosts) / sizeof(hosts[0]))

static const unsigned int model_vcpus[MAX_RUNS + 1] = { 1, 2, 4 };

struct matrix_options {
	bool json;
	const char *qemu;
	const char *cpu;
	/* One row, one column; null: all. */
	const char *gic;
	const char *host_gic;
};

enum option_id {
	OPT_JSON = 1,
	OPT_QEMU,
	OPT_CPU,
	OPT_GIC,
	OPT_HOST_GIC,
};

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "qemu", required_argument, NULL, OPT_QEMU },
	{ "cpu", required_argument, NULL, OPT_CPU },
	{ "gic", required_argument, NULL, OPT_GIC },
	{ "host-gic", required_argument, NULL, OPT_HOST_GIC },
	{ NULL, 0, NULL, 0 },
};

/* Rows and columns have the same names. */
static const char *gic_name(const char *option, const char *value)
{
	for (size_t i = 0; i < NR_GUESTS; i++) {
		if (!strcmp(value, guests[i].name)) {
			return guests[i].name;
		}
	}
	die(STATUS_USAGE, "--%s %s: expected v2, v3, v5", option, value);
}

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
		} else if (id == OPT_GIC) {
			o.gic = gic_name("gic", optarg);
		} else if (id == OPT_HOST_GIC) {
			o.host_gic = gic_name("host-gic", optarg);
		} else {
			exit(STATUS_USAGE);
		}
	}
	if (optind < argc) {
		die(STATUS_USAGE, "unexpected argument '%s'", argv[optind]);
	}
	return o;
}

/*
 * Where the guest's GIC is of the machine's kind, its list registers serve,
 * or a GICv5's PPI registers; and a GICv5 has list registers for a GICv3.
 */
static const char *means(const char *guest, const char *host)
{
	return !strcmp(guest, host) ||
			       (!strcmp(guest, "v3") && !strcmp(host, "v5")) ?
		       "hw" :
		       "soft";
}

static json_t *outcome(unsigned int count, enum status status, double seconds)
{
	return json_pack("{s:i, s:b, s:i, s:f}", "vcpus", (int)count, "pass",
			 status == STATUS_OK, "status", (int)status,
			 "seconds", seconds);
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
	return outcome(count, status, seconds);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What is wrong with what the demo says, its program itself complains of. */
static json_t *run_model(size_t guest, const char *host, unsigned int count)
{
	char *expected = project("%s/expected-%u.txt", guests[guest].expected,
				 count);
	char *command =
		text("'%s-%s' %u '%s' >/dev/null",
		     project("build/host/tests/demo/vgic-model-cell"),
		     guests[guest].name, count, expected);
	double start = now();
	bool pass;

	say("GIC%s guest, GIC%s machine (model), %u vCPUs",
	    guests[guest].name, host, count);
	pass = system(command) == 0;
	return outcome(count, pass ? STATUS_OK : STATUS_FAILED,
		       now() - start);
}

/* All runs of one cell; "pass" when all of them did. */
static json_t *fill(const struct matrix_options *m, size_t guest, size_t host)
{
	const char *name = guests[guest].name, *on = hosts[host].name;
	const unsigned int *vcpus = hosts[host].model ? model_vcpus :
							guests[guest].vcpus;
	json_t *runs = json_array();
	int pass = 1;

	for (; *vcpus; vcpus++) {
		json_t *run = hosts[host].model ?
				      run_model(guest, on, *vcpus) :
				      boot(m, name, on, *vcpus);

		pass &= json_is_true(json_object_get(run, "pass"));
		json_array_append_new(runs, run);
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:o}", "guest", name,
			 "host", on, "kind",
			 hosts[host].model ? "model" : "real", "cpuif",
			 means(name, on), "pass", pass, "runs", runs);
}

/* "hw   1✓ 4✓": a mark is one column, of three bytes.  Returns columns. */
static int show_cell(const json_t *cell)
{
	const json_t *runs = json_object_get(cell, "runs"), *run;
	int width = printf("%-5s", json_string_value(
					   json_object_get(cell, "cpuif")));
	size_t i;

	json_array_foreach(runs, i, run) {
		bool pass = json_is_true(json_object_get(run, "pass"));

		width += printf("%lld", json_integer_value(json_object_get(
						run, "vcpus")));
		width += printf("%s ", pass ? "✓" : "✗") - 2;
	}
	if (!strcmp(json_string_value(json_object_get(cell, "kind")),
		    "model")) {
		width += printf("model");
	}
	return width;
}

/* The cell of a row and column, or null when it was not asked for. */
static const json_t *find(const json_t *cells, const char *guest,
			  const char *host)
{
	const json_t *cell;
	size_t i;

	json_array_foreach(cells, i, cell) {
		if (!strcmp(guest, json_string_value(json_object_get(
					   cell, "guest"))) &&
		    !strcmp(host, json_string_value(json_object_get(
					  cell, "host")))) {
			return cell;
		}
	}
	return NULL;
}

static void show_row(const json_t *cells, const char *guest)
{
	int blanks = FIRST_WIDTH - printf("GIC%s", guest);

	for (size_t h = 0; h < NR_HOSTS; h++) {
		const json_t *cell = find(cells, guest, hosts[h].name);

		printf("%*s", blanks, "");
		blanks = CELL_WIDTH - (cell ? show_cell(cell) : printf("-"));
	}
	putchar('\n');
}

static void show(const json_t *cells)
{
	int blanks = FIRST_WIDTH - printf("guest, machine");

	for (size_t h = 0; h < NR_HOSTS; h++) {
		printf("%*s", blanks, "");
		blanks = CELL_WIDTH - printf("GIC%s", hosts[h].name);
	}
	putchar('\n');
	for (size_t g = 0; g < NR_GUESTS; g++) {
		show_row(cells, guests[g].name);
	}
	printf("hw: the machine's list registers, or a GICv5's PPI registers; "
	       "soft: software;\nthen numbers of vCPUs.  model: the machine "
	       "is a model, the guest a demo;\nthe others boot Linux.\n");
}

/* Rather now than in the middle. */
static void check_kernel(void)
{
	struct run_options o = run_defaults();

	if (!guest_find(&o).linux_kernel) {
		die(STATUS_NO_SETUP, "the matrix is of Linux kernels");
	}
}

static bool chosen(const char *only, const char *name)
{
	return !only || !strcmp(only, name);
}

static json_t *all_cells(const struct matrix_options *m)
{
	json_t *cells = json_array();

	for (size_t g = 0; g < NR_GUESTS; g++) {
		for (size_t h = 0; h < NR_HOSTS; h++) {
			if (chosen(m->gic, guests[g].name) &&
			    chosen(m->host_gic, hosts[h].name)) {
				json_array_append_new(cells, fill(m, g, h));
			}
		}
	}
	return cells;
}

int matrix_main(int argc, char **argv)
{
	struct matrix_options m = parse(argc, argv);
	json_t *cells, *cell;
	bool pass = true;
	size_t i;

	if (!m.host_gic || strcmp(m.host_gic, "v5")) {
		launch_check(m.qemu);
		check_kernel();
	}
	cells = all_cells(&m);
	json_array_foreach(cells, i, cell) {
		pass &= json_is_true(json_object_get(cell, "pass"));
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
