/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parts of `vgic bench` share: running a guest for its figures, and
 * printing them.
 */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include "json.h"
#include "launch.h"
#include "options.h"

struct bench_options {
	bool json;
	bool latency;
	bool scale;
	const char *against; /* "kvm", or null */
	const char *debian;  /* its kernel; null: the oldest and the newest */
	const char *svg;     /* a file for the picture, or null */
	const char *profile; /* an event of guest/bench, or null */
	const char *gic;
	const char *qemu;
	const char *cpu;
};

/* Which figures a table shows; a null key ends a list. */
struct figure {
	const char *key;   /* in the object that --json prints */
	const char *label; /* in the table */
	double goal;	   /* at most so much; 0: no goal is set */
};

/*
 * A run of this guest, or of Linux when it is null: two vCPUs on two CPUs, on
 * the machine that has the guest's GIC, or a GICv3.
 */
struct run_options bench_run(const struct bench_options *o, const char *guest);

/*
 * The same ready to be started, with Linux to its first user instruction.  Ends
 * the process when there is no Linux.
 */
struct launch bench_linux(struct run_options *r);

/*
 * Run guest/bench on `machine`, a name for messages.  An object of all that it
 * measured; ends the process when a figure of the list is missing.
 */
json_t *figures_of_guest(const struct launch *l, const char *machine,
			 const struct figure *list);

/* Add to `found` what this line of guest/bench says, if it says a figure. */
void figures_take(json_t *found, const char *line);

/*
 * Add to `all` what bench/host.c prints with an option, and its value unless
 * that is null.
 */
void figures_of_host(const char *option, const char *value, json_t *all);

/* Add to `all` what bench/host.c measures of the library for this GIC. */
void figures_of_library(const char *gic, json_t *all);

/* For each pair of GICs and CPU interface, what interrupts cost a guest. */
json_t *figures_of_cells(const struct bench_options *o);
void figures_show_cells(const json_t *cells);

/*
 * A row for each figure: its value in `native`, unless that is null, and in
 * `ours`, then the goal, and "over" where it is not reached.
 */
void figures_show(const struct figure *list, const json_t *native,
		  const json_t *ours, int decimals);

/* One row of an array, with one decimal. */
void figures_show_array(const char *label, const json_t *values);

/* The same guest without the hypervisor, and what a table shows of it. */
struct launch bench_native(struct launch l);
const struct figure *bench_figures(const char *gic);

/*
 * against.c: open the file for the picture, which ends the process where that
 * cannot be done; add to `all` what --against measures; show it; draw it.
 */
FILE *against_picture(const char *file);
void against_measure(const struct bench_options *o, json_t *all);
void against_show(const json_t *all);
void against_draw(const char *file, const json_t *all);

/* scale.c: add to `all` what --scale measures; show it. */
void scale_measure(const struct bench_options *o, json_t *all);
void scale_show(const json_t *all);

/*
 * profile.c: end the process unless there is such an event; add to `all` what
 * it executes, phase by phase; show that.
 */
void profile_check(const struct bench_options *o);
void profile_measure(const struct bench_options *o, json_t *all);
void profile_show(const json_t *all);

/* bench5.c, GICv5: add to `all`; show it. */
void bench5_measure(const struct bench_options *o, json_t *all);
void bench5_show(const json_t *all);
extern const struct figure bench5_events[];

#endif
