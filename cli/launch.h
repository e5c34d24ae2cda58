/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU: whether it will do, and how to start it. */
#ifndef CLI_LAUNCH_H
#define CLI_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"

/* A run of the hypervisor, or of a guest on QEMU's own GIC. */
struct launch {
	const char *qemu;
	const char *cpu;
	const char *gic; /* the machine's: "v2" or "v3" */
	unsigned int cpus;
	unsigned int memory; /* MiB of the guest */
	bool icount;
	bool interactive; /* the terminal, with QEMU's Ctrl-A keys */
	bool reset_ends; /* a reset ends QEMU */
	const char *kernel;
	const char *initrd; /* or null */
	const char *bootargs;
	/* The hypervisor between; null for a guest on bare QEMU. */
	const char *hyp;
	const char *hyp_args;
	const char *record; /* file behind the flash bank */
	const struct disk *disks;
	unsigned int nr_disks;
	uint64_t kernel_pa;
	uint64_t initrd_pa;
};

/* Start `qemu` for its version; does not return when older than 7.2. */
void launch_check(const char *qemu);

/* The command line, ready for execvp(). */
char **launch_argv(const struct launch *l);

/* The same for a person to read and paste. */
void launch_show(char **argv);

#endif
