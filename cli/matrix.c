/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `vgic matrix`: every guest GIC on every machine GIC.  A cell is a Debian
 * kernel that boots, checks itself and powers off, once for each number of
 * vCPUs.  No QEMU has a GICv5 for EL2: that machine is a model, and its cells
 * are the demo guests, run on this host by tests/demo/cell.c.
 */
#include <stdio.h>
#include <string.h>

#include "files.h"
#include "guest.h"
#include "json.h"
#include "run.h"

#define LIMIT_S 120 /* for one run */
#define MAX_RUNS 3  /* of a cell */
#define FIRST_WIDTH 16
#define CELL_WIDTH 24

/*
 * A row of the table: numbers of vCPUs that Linux is booted with, up to a zero,
 * and the folder of what its demo says.  Order of gic_names.
 */
static const struct {
	unsigned int vcpus[MAX_RUNS + 1];
	const char *expected;
} guests[] = {
	{ { 1, 4, 8 }, "tests/demo/gic2" },
	{ { 1, 4 }, "tests/demo" },
	{ { 1, 4 }, "tests/demo/gic5" },
};

/* The machine that is a model, and the numbers of vCPUs it runs with. */
static const char model[] = "v5";
static const unsigned int model_vcpus[MAX_RUNS + 1] = { 1, 2, 4 };

struct matrix_options {
	bool json;
	const char *qemu;
	const char *cpu;
	/* One row, one column; null: all. */
	const char *gic;
	const char *host_gic;
};

#define AT(field) .at = offsetof(struct matrix_options, field)

const struct arg matrix_args[] = {
	{ "gic", NULL, "that guest's row alone", arg_choice, AT(gic),
	  .choices = gic_names },
	{ "host-gic", NULL, "that machine's column alone", arg_choice,
	  AT(host_gic), .choices = gic_names },
	{ "json", NULL, "print the runs as JSON", arg_flag, AT(json) },
	{ "cpu", "MODEL", "QEMU's CPU model", arg_text, AT(cpu) },
	{ "qemu", "PATH", "QEMU to use, 7.2 or newer", arg_text, AT(qemu) },
	{ 0 },
};

static bool is_model(const char *host)
{
	return !strcmp(host, model);
}

/*
 * How the guest's interrupts reach it, by the name that run --cpuif has for it:
 * by the machine's list registers, or a GICv5's PPI registers, where guest and
 * machine have the same GIC; a GICv5 has list registers for GICv3 guests too.
 */
static const char *cpuif_of(const char *guest, const char *host)
{
	return !strcmp(guest, host) ||
			       (!strcmp(guest, "v3") && is_model(host)) ?
		       "hw" :
		       "soft";
}

static enum status boot(const struct matrix_options *m, const char *guest,
			const char *host, unsigned int count, struct child *c)
{
	struct run_options o = run_defaults();

	o.qemu = m->qemu;
	o.cpu = m->cpu;
	o.gic = guest;
	o.host_gic = host;
	o.vcpus = count;
	o.batch = true;
	o.timeout = LIMIT_S;
	c->progress = text("GIC%s guest, GIC%s machine, %u vCPUs", guest, host,
			   count);
	return run_guest(&o, c);
}

/* The program itself compares what the demo says, and complains. */
static enum status run_model(size_t guest, const char *host, unsigned int count,
			     struct child *c)
{
	const char *name = gic_names[guest];
	char *argv[] = {
		project("build/host/tests/demo/vgic-model-cell-%s", name),
		text("%u", count),
		project("%s/expected-%u.txt", guests[guest].expected, count),
		NULL,
	};

	c->progress = text("GIC%s guest, GIC%s machine (model), %u vCPUs", name,
			   host, count);
	c->limit = LIMIT_S;
	child_run(c, argv);
	return c->status ? STATUS_FAILED : STATUS_OK;
}

/* All runs of one cell; "pass" when all of them did. */
static json_t *fill(const struct matrix_options *m, size_t guest,
		    const char *host)
{
	const char *name = gic_names[guest];
	const unsigned int *vcpus = is_model(host) ? model_vcpus :
						     guests[guest].vcpus;
	json_t *runs = json_array();
	int pass = 1;

	for (; *vcpus; vcpus++) {
		struct child c = { 0 };
		enum status status =
			is_model(host) ? run_model(guest, host, *vcpus, &c) :
					 boot(m, name, host, *vcpus, &c);

		pass &= status == STATUS_OK;
		json_array_append_new(
			runs,
			json_pack("{s:i, s:b, s:i, s:f}", "vcpus", (int)*vcpus,
				  "pass", status == STATUS_OK, "status",
				  (int)status, "seconds", c.seconds));
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:o}", "guest", name,
			 "host", host, "kind",
			 is_model(host) ? "model" : "real", "cpuif",
			 cpuif_of(name, host), "pass", pass, "runs", runs);
}

/* "hw   1✓ 4✓": a mark is one column, of three bytes.  Returns columns. */
static int show_cell(const json_t *cell)
{
	const json_t *runs = json_object_get(cell, "runs"), *run;
	int width = printf("%-5s", json_text(cell, "cpuif"));
	size_t i;

	json_array_foreach(runs, i, run)
	{
		bool pass = json_flag(run, "pass");

		width += printf("%lld", json_int(run, "vcpus"));
		width += printf("%s ", pass ? "✓" : "✗") - 2;
	}
	if (!strcmp(json_text(cell, "kind"), "model")) {
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

	json_array_foreach(cells, i, cell)
	{
		if (!strcmp(guest, json_text(cell, "guest")) &&
		    !strcmp(host, json_text(cell, "host"))) {
			return cell;
		}
	}
	return NULL;
}

/* A row for a guest, or the one of headings for a null. */
static void show_row(const json_t *cells, const char *guest)
{
	int blanks = FIRST_WIDTH - (guest ? printf("GIC%s", guest) :
					    printf("guest, machine"));

	for (const char *const *host = gic_names; *host; host++) {
		const json_t *cell = guest ? find(cells, guest, *host) : NULL;

		/* Before a cell, so that no line ends in blanks. */
		printf("%*s", blanks, "");
		blanks = CELL_WIDTH - (cell  ? show_cell(cell) :
				       guest ? printf("-") :
					       printf("GIC%s", *host));
	}
	putchar('\n');
}

static void show(const json_t *cells)
{
	show_row(cells, NULL);
	for (const char *const *guest = gic_names; *guest; guest++) {
		show_row(cells, *guest);
	}
	printf("hw: the machine's list registers, or a GICv5's PPI registers; "
	       "soft: software;\nthen numbers of vCPUs.  model: the machine "
	       "is a model, the guest a demo;\nthe others boot Linux.\n");
}

/* Is there a kernel?  Asked before the first cell, not at the third. */
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

/* The cells of the guest GIC `g`, one for each chosen machine. */
static void add_row(const struct matrix_options *m, size_t g, json_t *cells,
		    bool *pass)
{
	for (size_t h = 0; gic_names[h]; h++) {
		json_t *cell;

		if (!chosen(m->host_gic, gic_names[h])) {
			continue;
		}
		cell = fill(m, g, gic_names[h]);
		*pass &= json_flag(cell, "pass");
		json_array_append_new(cells, cell);
	}
}

static json_t *all_cells(const struct matrix_options *m, bool *pass)
{
	json_t *cells = json_array();

	for (size_t g = 0; gic_names[g]; g++) {
		if (chosen(m->gic, gic_names[g])) {
			add_row(m, g, cells, pass);
		}
	}
	return cells;
}

int matrix_main(int argc, char **argv)
{
	struct run_options defaults = run_defaults();
	struct matrix_options m = {
		.qemu = defaults.qemu,
		.cpu = defaults.cpu,
	};
	json_t *cells;
	bool pass = true;

	args_parse(matrix_args, &m, argc, argv);
	if (!m.host_gic || !is_model(m.host_gic)) {
		launch_check(m.qemu);
		check_kernel();
	}
	cells = all_cells(&m, &pass);
	if (m.json) {
		json_write(stdout, cells);
	} else {
		show(cells);
	}
	return pass ? STATUS_OK : STATUS_FAILED;
}
