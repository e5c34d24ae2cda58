/* SPDX-License-Identifier: BSD-2-Clause */
/* Which guest a run gets, and the files that it is made of. */
#ifndef CLI_GUEST_H
#define CLI_GUEST_H

#include <stdbool.h>

#include "image.h"
#include "options.h"

struct guest {
	const char *kernel; /* file as given or fetched */
	const char *initrd; /* or null */
	struct image image; /* the kernel, unwrapped */
	bool linux_kernel;
	bool self_check; /* the initrd is ours: its init says PASS or FAIL */
};

/*
 * Find the guest, fetch what is missing; without network and with nothing
 * fetched, the demo.  Does not return when it cannot be had.
 */
struct guest guest_find(const struct run_options *o);

/*
 * Debian's kernel of one of debian_versions; fetched where it is missing, and
 * when it cannot be had the process ends.
 */
char *guest_debian(const char *version);

/* The newest of them that is here or can be fetched, or null. */
char *guest_newest_debian(void);

/* The raw binary of a built-in guest, in its version for this GIC. */
char *guest_program(const char *name, const char *gic);

#endif
