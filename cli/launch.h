/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU: whether the program will do, and the command line that starts it with
 * a guest, under the hypervisor or without.
 */
#ifndef CLI_LAUNCH_H
#define CLI_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"

/* A guest on the hypervisor, or on QEMU's own GIC. */
struct launch {
	const char *qemu;
	const char *cpu;
	const char *gic; /* the machine's: "v2" or "v3" */
	unsigned int cpus;
	unsigned int memory; /* MiB of the guest */
	bool icount;
	bool interactive; /* the terminal, with QEMU's Ctrl-A keys */
	bool reset_ends;  /* a reset ends QEMU */
	const char *kernel;
	const char *initrd; /* or null */
	const char *bootargs;
	bool el2; /* without the hypervisor: does the machine have EL2? */
	/* The hypervisor's image; null: the guest runs on bare QEMU. */
	const char *hyp;
	const char *hyp_args; /* its command line */
	const char *record;   /* the file of the flash bank it writes to */
	const char *plugin;   /* for QEMU, with its arguments; or null */
	const struct disk *disks;
	unsigned int nr_disks;
	uint64_t kernel_pa;
	uint64_t initrd_pa;
};

/*
 * Ask `qemu` for its version, of which the major number is returned; does not
 * return when it is older than 7.2.
 */
unsigned int launch_check(const char *qemu);

/* The command line, ready for execvp(). */
char **launch_argv(const struct launch *l);

/* Show it on standard error, quoted, so that a shell can run it again. */
void launch_show(char **argv);

#endif
