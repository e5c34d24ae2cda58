/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest on the hypervisor, from options to an exit status. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "child.h"
#include "launch.h"
#include "options.h"
#include "say.h"

/*
 * Everything QEMU has to know for a run with these options: the guest found,
 * fetched where needed, checked and placed.  Does not return on bad input.
 */
struct launch run_prepare(const struct run_options *o);

/*
 * A whole run.  `c` says where the output goes, and from it how long the run
 * took can be learned afterwards.  Does not return on bad input.
 */
enum status run_guest(const struct run_options *o, struct child *c);

/* The commands.  Each takes its own name for argv[0]. */
int run_main(int argc, char **argv);
int bench_main(int argc, char **argv);
int matrix_main(int argc, char **argv);

/* The options of those that have no header of their own. */
extern const struct arg bench_args[], matrix_args[];

#endif
