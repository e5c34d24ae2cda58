/* SPDX-License-Identifier: BSD-2-Clause */
/* One run of a guest on the hypervisor. */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "launch.h"
#include "options.h"
#include "say.h"

/*
 * Everything QEMU has to know for a run with these options: the guest found,
 * fetched where needed, checked and placed.  Does not return on bad input.
 */
struct launch run_prepare(const struct run_options *o);

/*
 * A whole run in batch mode, of which nothing is shown but what goes wrong.
 * Does not return on bad input.
 */
enum status run_quietly(const struct run_options *o, double *seconds);

/* The commands. */
int run_main(int argc, char **argv);
int matrix_main(int argc, char **argv);
int bench_main(int argc, char **argv);

#endif
